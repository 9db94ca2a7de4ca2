import type { Pairs } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { readPairs } from './pairs.ts';

/** Parameters that belong to a namespace of the container (runc, `namespaced sysctls`); all others are the host's. */
const namespaced =
  /^(?:net\.[\w./-]+|fs\.mqueue\.\w+|kernel\.(?:msg(?:max|mnb|mni)|sem|shm(?:all|max|mni|_rmid_forced)))$/;

export function normalizeSysctls(
  field: Field<Pairs> | undefined,
  isHostNetwork: boolean,
): Record<string, string> {
  const parameters: [string, string][] = [];
  for (const { key, value, field: at } of readPairs(field)) {
    const name = key.replaceAll('/', '.');
    if (value === undefined) at.error('spec.bad-value', `the parameter ${quote(key)} has no value`);
    else if (!namespaced.test(name)) {
      at.error('spec.bad-value', `the parameter ${quote(key)} belongs to the host, not to a container`);
    } else if (isHostNetwork && name.startsWith('net.')) {
      at.error('spec.exclusive', `${quote(key)} would change the host's network, which the service shares`);
    } else parameters.push([name, value]);
  }
  return Object.fromEntries(parameters);
}
