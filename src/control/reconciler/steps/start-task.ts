import type { StepHandler } from '../step-handler.ts';

export const startTask: StepHandler<'startTask'> = async ({ container, task }, { engine, signal }) => {
  await engine.containers.start(container, task, { signal });
};
