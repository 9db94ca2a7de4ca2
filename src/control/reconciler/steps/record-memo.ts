import type { StepHandler } from '../step-handler.ts';

export const recordMemo: StepHandler<'recordMemo'> = async ({ memo }, { ledger, desired }) =>
  ledger.putMemo(desired.stack.name, memo);
