import { execFile } from 'node:child_process';

export interface CommandOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Ends the program. */
  readonly signal?: AbortSignal;
}

/** Runs a program with empty standard input and resolves with its stdout; throws with all it printed when it fails. */
export function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { environment = process.env, signal } = options;
  return new Promise((resolve, reject) => {
    const settings = { env: environment, maxBuffer: 64 << 20, ...(signal === undefined ? {} : { signal }) };
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${file} ${args.join(' ')}: ${error.message}\n${stderr}`, { cause: error }));
    });
    child.stdin?.end();
  });
}

/** The last line of what a program said, or `undefined` when it succeeded. */
export async function complaintOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    const lines = String(error instanceof Error ? error.message : error)
      .trim()
      .split('\n');
    return lines.at(-1);
  }
}

/** Wall time of `work` in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
