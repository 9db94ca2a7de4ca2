import type { Service } from '../../../model/stack.ts';
import type { OciRlimit } from './oci-config.ts';

/** RLIM_INFINITY */
const unlimited = (1n << 64n) - 1n;

/** `nofile` -> RLIMIT_NOFILE; a negative number is "unlimited". */
export function rlimits(ulimits: Service['ulimits']): readonly OciRlimit[] {
  return Object.entries(ulimits).map(([name, { soft, hard }]) => ({
    type: `RLIMIT_${name.toUpperCase()}`,
    soft: limit(soft),
    hard: limit(hard),
  }));
}

function limit(value: number): bigint {
  return value < 0 ? unlimited : BigInt(value);
}
