import type { RestartPolicy } from '../../model/stack.ts';
import type { RestartPolicyAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';
import { readInteger } from './values.ts';

/** `deploy.restart_policy` as a whole wins over `restart`; neither means `no`. */
export function normalizeRestart(
  restart: Field<string> | undefined,
  policy: Field<RestartPolicyAsWritten> | undefined,
): RestartPolicy {
  if (policy !== undefined) return fromDeploy(policy);
  const [kind, attempts] = restart?.value.split(':') ?? [];
  switch (kind) {
    case 'always':
    case 'unless-stopped':
      return { kind };
    case 'on-failure':
      return onFailure(attempts === undefined ? undefined : Number(attempts));
    default:
      return { kind: 'no' };
  }
}

function fromDeploy(policy: Field<RestartPolicyAsWritten>): RestartPolicy {
  const attempts = policy.get('max_attempts');
  const maxAttempts = readInteger(attempts, { min: 0 });
  switch (policy.value.condition) {
    case 'none':
    case 'no':
      return { kind: 'no' };
    case 'on-failure':
      return onFailure(maxAttempts);
    default:
      attempts?.warn('spec.approximated', 'the limit of attempts holds with `condition: on-failure` only', {
        atKey: true,
      });
      return { kind: policy.value.condition === 'unless-stopped' ? 'unless-stopped' : 'always' };
  }
}

/** Zero attempts means no limit, as in Compose. */
function onFailure(maxAttempts: number | undefined): RestartPolicy {
  return maxAttempts ? { kind: 'on-failure', maxAttempts } : { kind: 'on-failure' };
}
