import { familiarImageReference, parseImageReference } from '../../model/image-reference.ts';
import type { Service } from '../../model/stack.ts';
import type { ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import type { NormalizeContext } from './context.ts';

/** The image's reference; a service that is only built has the name that Compose gives to what it builds. */
export function normalizeImage(
  service: Field<ServiceAsWritten>,
  { stackName }: NormalizeContext,
): string | undefined {
  const image = service.get('image');
  if (image !== undefined) return readReference(image);
  // An `extends` that is still there could not be resolved.
  if (service.isBroken('image') || service.get('extends') !== undefined) return undefined;
  const name = `${stackName}-${service.key}`;
  if (service.value.build !== undefined && service.value.build !== null)
    return `${name.toLowerCase()}:latest`;
  service.error('spec.missing-key', `service ${quote(service.key)} has no "image"`, {
    hint: 'add `image: NAME`',
    atKey: true,
  });
  return undefined;
}

export function normalizePullPolicy(service: Field<ServiceAsWritten>): Service['pullPolicy'] {
  const policy = service.get('pull_policy');
  const isOnlyBuilt = service.value.image === undefined || service.value.image === null;
  switch (policy?.value) {
    case 'always':
    case 'never':
      return policy.value;
    case 'build':
      return 'never';
    case undefined:
      return isOnlyBuilt ? 'never' : 'missing';
    case 'missing':
    case 'if_not_present':
      return 'missing';
    default:
      policy?.warn('spec.approximated', `the pull policy ${quote(policy.value)} counts as "missing"`);
      return 'missing';
  }
}

/** As people write it, with the tag that is meant: `nginx` -> `nginx:latest`. The image store knows it by the same. */
function readReference(field: Field<string>): string | undefined {
  const reference = parseImageReference(field.value);
  if (reference !== undefined) return familiarImageReference(reference);
  const hint = /[A-Z]/.test(field.value) ? 'write the name in lower case' : undefined;
  field.error('spec.bad-image', `${quote(field.value)} is not an image reference`, { hint });
  return undefined;
}
