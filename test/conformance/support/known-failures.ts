import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type HostLack, hostLacks } from './host-lacks.ts';

/** A failure that is not ours to repair, as the lists of test/conformance have it. */
export interface KnownFailure {
  readonly program: string;
  /** Texts of the points; `*` stands for anything. */
  readonly points: readonly string[];
  /**
   * `host`: this host lacks something (`lacks` says what; elsewhere the points must pass). `spec`: the suite contradicts
   * runtime-spec 1.2. `suite`: the suite itself is wrong.
   */
  readonly cause: 'host' | 'spec' | 'suite';
  readonly lacks?: HostLack;
  /** `sometimes` = a race in the program; such a point may also pass. */
  readonly fails?: 'sometimes';
  readonly reason: string;
  readonly since: string;
}

const causes = ['host', 'spec', 'suite'];

/** All entries of a list, in force on this host or not. @throws Error for an entry without what an entry must have */
export function readKnownFailures(path: string): readonly KnownFailure[] {
  const entries = parse(readFileSync(path, 'utf8'), { schema: 'failsafe' }) as readonly KnownFailure[];
  for (const entry of entries) {
    const fault = faultOf(entry);
    if (fault !== undefined) throw new Error(`${path}: ${entry.program}: ${fault}`);
  }
  return entries;
}

function faultOf({ points, cause, lacks, reason, since }: KnownFailure): string | undefined {
  if (points.length === 0) return 'names no point';
  if (!causes.includes(cause)) return `the cause is none of ${causes.join(', ')}`;
  if ((cause === 'host') !== (lacks !== undefined)) return '"lacks" goes with the cause "host"';
  if (lacks !== undefined && !(lacks in hostLacks)) return `unknown lack "${lacks}"`;
  if ((reason ?? '').length < 10) return 'has no reason';
  if (/not (yet )?(implemented|supported)/i.test(reason)) return 'what we have not built is no reason';
  return /^\d{4}-\d\d-\d\d$/.test(since) ? undefined : 'does not say since when';
}

/** Entries that count on this host. */
export function inForce(entries: readonly KnownFailure[]): readonly KnownFailure[] {
  return entries.filter(({ lacks }) => lacks === undefined || hostLacks[lacks]());
}

export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
