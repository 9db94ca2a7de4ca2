import type { StepHandler } from '../step-handler.ts';

/** Written down before it is done: an end that was asked for is no failure, whatever the exit code says. */
export const stopTask: StepHandler<'stopTask'> = async (
  { container, task, signal: stopSignal, graceMs },
  context,
) => {
  context.ledger.putRenewal(context.desired.stack.name, container, task);
  await context.engine.containers.stop(container, { stopSignal, graceMs, signal: context.signal });
};
