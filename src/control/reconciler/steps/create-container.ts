import type { StepHandler } from '../step-handler.ts';
import { wantedSpec } from './wanted-spec.ts';

export const createContainer: StepHandler<'createContainer'> = async (reference, context) => {
  await context.engine.containers.create(wantedSpec(reference, context), { signal: context.signal });
};
