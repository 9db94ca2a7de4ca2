import type { CheckTimes, Service } from '../../model/stack.ts';
import type { CommandAsWritten, HealthCheckAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { readCheckTimes } from './check-times.ts';
import { readArguments } from './command.ts';
import { readBoolean } from './values.ts';

/** Compose's defaults (specification, `healthcheck`). */
const defaults: CheckTimes = {
  intervalMs: 30_000,
  timeoutMs: 30_000,
  retries: 3,
  startPeriodMs: 0,
  startIntervalMs: 5_000,
};

export function normalizeHealthCheck(field: Field<HealthCheckAsWritten> | undefined): Service['healthCheck'] {
  if (field === undefined) return undefined;
  const times = readCheckTimes(field, defaults);
  if (readBoolean(field.get('disable')) === true) return { kind: 'disabled' };
  const test = field.get('test');
  if (test === undefined) return withoutTest(field);
  const args = normalizeTest(test);
  if (args === 'none') return { kind: 'disabled' };
  return args === undefined ? undefined : { kind: 'exec', args, ...times };
}

function withoutTest(field: Field<HealthCheckAsWritten>): undefined {
  if (field.isBroken('test') || Object.keys(field.value).length === 0) return;
  field.error('spec.unsupported', '`healthcheck` without `test` would take the command of the image', {
    hint: 'give the `test` too; this version does not mix both',
    atKey: true,
  });
}

/** @returns `none` for a test that says so; nothing after a problem */
function normalizeTest(field: Field<CommandAsWritten>): readonly string[] | 'none' | undefined {
  const { value } = field;
  if (typeof value === 'string') return ['/bin/sh', '-c', value];
  const [kind, ...args] = readArguments(field.as(value));
  if (kind === 'NONE' && args.length === 0) return 'none';
  if (kind === 'CMD' && args.length > 0) return args;
  if (kind === 'CMD-SHELL' && args.length === 1) return ['/bin/sh', '-c', ...args];
  const message =
    kind === 'CMD' || kind === 'CMD-SHELL' || kind === 'NONE'
      ? `the test ${kind} has ${kind === 'NONE' ? 'no arguments' : kind === 'CMD' ? 'a command behind it' : 'one text behind it'}`
      : `the test begins with ${quote(kind ?? '')}; a list begins with "CMD", "CMD-SHELL" or "NONE"`;
  field.error('spec.bad-value', message);
  return undefined;
}
