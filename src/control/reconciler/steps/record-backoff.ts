import type { StepHandler } from '../step-handler.ts';

export const recordBackoff: StepHandler<'recordBackoff'> = async ({ backoff }, { ledger, desired }) =>
  ledger.putBackoff(desired.stack.name, backoff);
