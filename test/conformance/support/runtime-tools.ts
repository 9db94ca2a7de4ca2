import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SuiteRuntime } from './oci-suite-runtime.ts';
import { type Point, parseTap } from './tap.ts';

/** Where scripts/conformance.sh puts what it builds. */
const folder = resolve('dist/conformance/runtime-tools');
const timeLimitMs = 60_000;

export function validationPrograms(): readonly string[] {
  return readdirSync(folder).filter((name) => name !== 'runtimetest' && !name.endsWith('.tar.gz'));
}

/** Runs all programs with one runtime: name of the program -> its points. */
export async function runValidation(runtime: SuiteRuntime): Promise<ReadonlyMap<string, readonly Point[]>> {
  const results = new Map<string, readonly Point[]>();
  for (const name of validationPrograms()) results.set(name, await runProgram(name, runtime));
  return results;
}

async function runProgram(name: string, { program, directory }: SuiteRuntime): Promise<readonly Point[]> {
  const cwd = join(directory, name);
  mkdirSync(cwd);
  for (const file of readdirSync(folder).filter((file) => !validationPrograms().includes(file))) {
    copyFileSync(join(folder, file), join(cwd, file));
  }
  const env = { ...process.env, RUNTIME: program, TMPDIR: cwd };
  const { status, output } = await execute(join(folder, name), { cwd, env });
  return [...parseTap(output), { outcome: status === 0 ? 'ok' : 'not ok', text: 'ends with status 0' }];
}

function execute(file: string, options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
  const limits = { timeout: timeLimitMs, maxBuffer: 64 << 20 };
  return new Promise<{ readonly status: number; readonly output: string }>((done) => {
    execFile(file, [], { ...options, ...limits }, (error, stdout) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
      done({ status, output: stdout });
    });
  });
}
