import type { StepHandler } from '../step-handler.ts';
import { wantedSpec } from './wanted-spec.ts';

export const updateContainer: StepHandler<'updateContainer'> = async (args, context) => {
  const spec = wantedSpec(args, context);
  await context.engine.containers.update(spec, args.changed, { signal: context.signal });
};
