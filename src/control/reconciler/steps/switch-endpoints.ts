import { serviceKey } from '../../../model/identity.ts';
import type { StepHandler } from '../step-handler.ts';

export const switchEndpoints: StepHandler<'switchEndpoints'> = async (
  { service, ...endpoints },
  { engine, desired, signal },
) => {
  await engine.network.switchEndpoints(
    { owner: serviceKey(desired.stack.name, service), ...endpoints },
    { signal },
  );
};
