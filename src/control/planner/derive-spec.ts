import { canonicalJson } from '../../model/canonical-json.ts';
import { type ContainerSpec, containerSpec, serviceSpec } from '../../model/container-spec.ts';
import type { DesiredState } from '../../model/desired-state.ts';
import type { ContainerReference } from '../../model/plan.ts';

/**
 * The spec that a step refers to, made of the desired state as the planner made it; undefined when the desired state is
 * another one by now, so that the step must not be taken.
 */
export function deriveSpec(desired: DesiredState, reference: ContainerReference): ContainerSpec | undefined {
  const { stack, images } = desired;
  const service = stack.services[reference.slot.service];
  const manifest = service === undefined ? undefined : images[service.image];
  if (service === undefined || manifest === undefined) return undefined;
  const spec = containerSpec(serviceSpec(stack, service, manifest), reference.slot, reference.nonce);
  const agrees =
    spec.id === reference.container && canonicalJson(spec.hashes) === canonicalJson(reference.hashes);
  return agrees ? spec : undefined;
}
