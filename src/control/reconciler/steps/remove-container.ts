import type { StepHandler } from '../step-handler.ts';

export const removeContainer: StepHandler<'removeContainer'> = async (
  { container },
  { engine, ledger, desired, signal },
) => {
  await engine.containers.remove(container, { signal });
  ledger.forgetContainer(desired.stack.name, container);
};
