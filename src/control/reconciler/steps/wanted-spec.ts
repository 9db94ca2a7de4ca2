import { TsorchError } from '../../../lib/errors.ts';
import type { ContainerSpec } from '../../../model/container-spec.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { ContainerReference } from '../../../model/plan.ts';
import { deriveSpec } from '../../planner/derive-spec.ts';
import type { StepContext } from '../step-handler.ts';

/** The spec that a step means. @throws TsorchError `plan.stale` when the desired state is another one by now */
export function wantedSpec(reference: ContainerReference, { desired }: StepContext): ContainerSpec {
  const spec = deriveSpec(desired, reference);
  if (spec !== undefined) return spec;
  const { service, ordinal } = reference.slot;
  throw new TsorchError<ErrorCode>('plan.stale', `${service}.${ordinal} is not what the plan was made for`, {
    retryable: true,
  });
}
