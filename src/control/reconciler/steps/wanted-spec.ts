import { TsorchError } from '../../../lib/errors.ts';
import { type ContainerSpec, containerSpec, serviceSpec } from '../../../model/container-spec.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { ContainerReference } from '../../../model/plan.ts';
import type { StepContext } from '../step-handler.ts';

/**
 * The spec that a step means, derived from the desired state as the planner derived it.
 *
 * @throws TsorchError `plan.stale` when the desired state is another one by now
 */
export function wantedSpec(reference: ContainerReference, { desired }: StepContext): ContainerSpec {
  const { slot, nonce, container, hashes } = reference;
  const service = desired.stack.services[slot.service];
  const manifest = service === undefined ? undefined : desired.images[service.image];
  const spec =
    service === undefined || manifest === undefined
      ? undefined
      : containerSpec(serviceSpec(desired.stack, service, manifest), slot, nonce);
  if (spec?.id === container && spec.hashes.live === hashes.live && spec.hashes.restart === hashes.restart)
    return spec;
  throw new TsorchError<ErrorCode>(
    'plan.stale',
    `${slot.service}.${slot.ordinal} is not what the plan was made for`,
    {
      retryable: true,
    },
  );
}
