import { beforeAll, describe, expect, it } from 'vitest';
import { nativeBinary } from '../support/native-binary.ts';
import { inForce, matches, readKnownFailures } from './support/known-failures.ts';
import { suiteRuntime } from './support/oci-suite-runtime.ts';
import { runtimeProgram } from './support/runtime-program.ts';
import { runValidation, validationPrograms } from './support/runtime-tools.ts';
import type { Point } from './support/tap.ts';

const known = readKnownFailures('test/conformance/runtime-tools/known-failures.yaml');

const ours = new Map<string, readonly Point[]>();
const runcs = new Map<string, readonly Point[]>();

beforeAll(async () => {
  await runInto(ours, runtimeProgram(nativeBinary()));
  await runInto(runcs, '/usr/sbin/runc');
}, 900_000);

async function runInto(results: Map<string, readonly Point[]>, path: string): Promise<void> {
  using runtime = suiteRuntime(path);
  for (const [program, points] of await runValidation(runtime)) results.set(program, points);
}

function texts(points: readonly Point[], outcome: Point['outcome']): readonly string[] {
  return points.filter((point) => point.outcome === outcome).map(({ text }) => text);
}

function passing(results: ReadonlyMap<string, readonly Point[]>): number {
  return [...results.values()].flatMap((points) => texts(points, 'ok')).length;
}

describe.each(validationPrograms())('runtime-tools %s', (program) => {
  const entries = inForce(known.filter((entry) => entry.program === program));
  const allowed = entries.flatMap(({ points }) => points);
  const certain = entries.filter(({ fails }) => fails === undefined).flatMap(({ points }) => points);

  it('fails at no point but the listed ones', () => {
    const failures = texts(ours.get(program) ?? [], 'not ok');
    expect(failures.filter((text) => !allowed.some((pattern) => matches(pattern, text)))).toEqual([]);
  });

  it('fails at all points that are listed', () => {
    const failures = texts(ours.get(program) ?? [], 'not ok');
    expect(certain.filter((pattern) => !failures.some((text) => matches(pattern, text)))).toEqual([]);
  });

  it('skips nothing without a reason', () => {
    expect(texts(ours.get(program) ?? [], 'skipped')).not.toContain('');
  });
});

describe('runtime-tools', () => {
  it('has the 58 programs that the list was made for', () => {
    const programs = validationPrograms();
    expect(programs).toHaveLength(58);
    expect(known.map(({ program }) => program).filter((program) => !programs.includes(program))).toEqual([]);
  });

  it('passes at least as many points as runc', () => {
    expect(passing(ours)).toBeGreaterThanOrEqual(passing(runcs));
  });
});
