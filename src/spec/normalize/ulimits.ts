import type { Service } from '../../model/stack.ts';
import type { ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { didYouMean } from '../suggest.ts';
import { readInteger } from './values.ts';

/** getrlimit(2), without `RLIMIT_`. */
const known = new Set(
  'as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  ),
);

type Ulimits = NonNullable<ServiceAsWritten['ulimits']>;
type Ulimit = Service['ulimits'][string];

/** One number sets both limits; -1 = unlimited. */
export function normalizeUlimits(field: Field<Ulimits> | undefined): Record<string, Ulimit> {
  const limits: [string, Ulimit][] = [];
  for (const [name, entry] of field?.entries() ?? []) {
    const limit = readLimit(entry);
    if (!known.has(name)) {
      const hint = didYouMean(name, known);
      entry.error('spec.bad-value', `${quote(name)} is not a resource limit`, { atKey: true, hint });
    } else if (limit !== undefined) limits.push([name, limit]);
  }
  return Object.fromEntries(limits);
}

function readLimit(entry: Field<Ulimits[string]>): Ulimit | undefined {
  const { value } = entry;
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') {
    const both = readInteger(entry.as(value), { min: -1 });
    return both === undefined ? undefined : { soft: both, hard: both };
  }
  const pair = entry.as(value);
  const soft = readInteger(pair.get('soft'), { min: -1 });
  const hard = readInteger(pair.get('hard'), { min: -1 });
  if (soft === undefined || hard === undefined) return undefined;
  if (hard !== -1 && (soft === -1 || soft > hard)) {
    entry.error('spec.contradiction', `the soft limit ${soft} is above the hard limit ${hard}`);
  }
  return { soft, hard };
}
