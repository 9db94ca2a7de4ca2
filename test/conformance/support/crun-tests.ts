import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Point, parseTap } from './tap.ts';

/** Where scripts/conformance.sh puts crun's sources. */
const folder = resolve('dist/conformance/crun');

/** Not run: they test what is crun's own, or want more than a container. */
const leftOut: Readonly<Record<string, string>> = {
  test_checkpoint_restore: 'checkpoints are not part of the runtime specification',
  test_delete: 'leaves frozen processes in a group of the host, and wants crun\'s own option "--regex"',
  test_mounts: 'needs python3-libmount, which Debian 12 does not have',
  test_seccomp: 'hangs, with crun too',
};

export function crunTests(): readonly string[] {
  return readdirSync(join(folder, 'tests'))
    .filter((name) => /^test_.*\.py$/.test(name))
    .map((name) => name.slice(0, -'.py'.length))
    .filter((name) => !(name in leftOut));
}

/** Runs one file of crun's tests with `program`, which stands for crun. */
export function runCrunTest(name: string, program: string): Promise<readonly Point[]> {
  const env = { ...process.env, OCI_RUNTIME: program, INIT: join(folder, 'tests/init') };
  const options = { cwd: folder, env, timeout: 60_000 };
  return new Promise((done) => {
    execFile('/usr/bin/python3', [`tests/${name}.py`], options, (error, stdout) => {
      done([...parseTap(stdout), { outcome: error === null ? 'ok' : 'not ok', text: 'ends with status 0' }]);
    });
  });
}
