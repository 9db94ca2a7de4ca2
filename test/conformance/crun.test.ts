import { describe, expect, it } from 'vitest';
import { nativeBinary } from '../support/native-binary.ts';
import { crunTests, runCrunTest } from './support/crun-tests.ts';
import { inForce, readKnownFailures } from './support/known-failures.ts';
import { runtimeProgram } from './support/runtime-program.ts';

const known = readKnownFailures('test/conformance/crun/known-failures.yaml');

describe("crun's tests", () => {
  it.each(crunTests())('%s fails where the list says, and nowhere else', async (name) => {
    const points = await runCrunTest(name, runtimeProgram(nativeBinary()));
    const entries = inForce(known.filter(({ program }) => program === name));
    const racy = entries.filter(({ fails }) => fails === 'sometimes').flatMap((entry) => entry.points);
    const failures = points.filter(({ outcome }) => outcome === 'not ok').map(({ text }) => text);
    const certain = entries.flatMap((entry) => entry.points).filter((text) => !racy.includes(text));
    expect(failures.filter((text) => !racy.includes(text)).sort()).toEqual(certain.sort());
  });

  it('are those that the list was made for', () => {
    const names = crunTests();
    expect(known.map(({ program }) => program).filter((name) => !names.includes(name))).toEqual([]);
  });
});
