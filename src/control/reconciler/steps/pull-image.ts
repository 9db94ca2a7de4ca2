import type { StepHandler } from '../step-handler.ts';

export const pullImage: StepHandler<'pullImage'> = ({ reference, manifest }, { engine, signal }) =>
  engine.images.ensure({ reference, manifest }, { signal });
