import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An OCI runtime with a root directory of its own, as one program without arguments, which is all that suites can be told. */
export interface SuiteRuntime extends Disposable {
  readonly program: string;
  /** For what a suite makes; cleared at the end. */
  readonly directory: string;
  /** Ids of containers that are still there. */
  containers(): readonly string[];
}

export function suiteRuntime(path: string): SuiteRuntime {
  const directory = mkdtempSync(join(tmpdir(), 'ts-oci-'));
  chmodSync(directory, 0o755); // users of other user namespaces have to get through
  const root = join(directory, 'root');
  const program = join(directory, 'runtime');
  writeFileSync(program, `#!/bin/sh\nexec '${path}' --root '${root}' "$@"\n`);
  chmodSync(program, 0o755);
  const containers = () =>
    existsSync(root) ? readdirSync(root).filter((name) => !name.startsWith('.')) : [];
  return {
    program,
    directory,
    containers,
    [Symbol.dispose]() {
      for (const id of containers()) {
        execFileSync(program, ['delete', '--force', id], { stdio: 'ignore' });
      }
      unmountBelow(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Suites leave root filesystems with /proc and /dev mounted; a recursive removal must not walk into those. */
function unmountBelow(directory: string): void {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(directory));
  for (const point of points.reverse()) execFileSync('umount', ['--lazy', point]);
}
