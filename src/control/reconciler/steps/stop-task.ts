import type { StepHandler } from '../step-handler.ts';

/** Most programs end at once. Whoever takes longer must not hold up the rest of the stack: its end wakes the next round. */
const patienceMs = 300;

/** Written down before it is done: an end that was asked for is no failure, whatever the exit code says. */
export const stopTask: StepHandler<'stopTask'> = async (
  { container, task, signal: stopSignal, graceMs },
  { ledger, desired, engine, signal },
) => {
  ledger.putRenewals(desired.stack.name, [{ container, task }]);
  const patience = AbortSignal.timeout(patienceMs);
  const either = AbortSignal.any([signal, patience]);
  try {
    await engine.containers.stop(container, { task, stopSignal, graceMs, signal: either });
  } catch (error) {
    // The shim goes on ending it by its own timer; if it never heard of it, the next round asks again.
    if (signal.aborted || !patience.aborted) throw error;
  }
};
