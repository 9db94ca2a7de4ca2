import type { StepHandler } from '../step-handler.ts';

export const removeContainer: StepHandler<'removeContainer'> = async ({ container }, context) => {
  await context.engine.containers.remove(container, { signal: context.signal });
  context.ledger.dropRenewal(context.desired.stack.name, container);
};
