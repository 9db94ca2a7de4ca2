import type { StepHandler } from '../step-handler.ts';

export const ensureVolume: StepHandler<'ensureVolume'> = ({ definition }, { engine, desired }) =>
  engine.volumes.ensure(definition, { stack: desired.stack.name });
