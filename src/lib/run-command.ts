import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface DetachedCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets its stdout and stderr, appended; made with mode 0600. */
  readonly logFile: string;
}

export interface DetachedProcess {
  readonly pid: number;
  /** Undefined while it runs; `code` is absent when a signal ended it. */
  ended(): { readonly code?: number } | undefined;
}

/**
 * Starts a program that outlives this one: session of its own, stdin empty, working directory `/`.
 *
 * @throws the error of spawn (ENOENT, EACCES ...)
 */
export function spawnDetached(command: DetachedCommand): Promise<DetachedProcess> {
  const log = openSync(command.logFile, 'a', 0o600);
  try {
    const child = spawn(command.program, command.args, {
      cwd: '/',
      detached: true,
      env: { ...command.environment },
      stdio: ['ignore', log, log],
    });
    child.unref();
    return started(child);
  } finally {
    closeSync(log);
  }
}

function started(child: ChildProcess): Promise<DetachedProcess> {
  return new Promise((resolve, reject) => {
    let end: { readonly code?: number } | undefined;
    child.once('error', reject);
    child.once('exit', (code) => {
      end = code === null ? {} : { code };
    });
    child.once('spawn', () => resolve({ pid: child.pid ?? 0, ended: () => end }));
  });
}

export interface CommandOptions {
  /** Standard input, then its end. */
  readonly input: string;
  /** Then it is killed. */
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

export interface EndedCommand {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of PATH, without a shell, to its end.
 *
 * @throws the error of spawn (ENOENT ...), or an Error when a signal ended it, it took too long or printed too much
 */
export function runCommand(
  program: string,
  args: readonly string[],
  { input, timeoutMs, maxOutputBytes }: CommandOptions,
): Promise<EndedCommand> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, maxBuffer: maxOutputBytes, killSignal: 'SIGKILL' as const };
    const child = execFile(program, args, limits, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else if (error?.killed)
        reject(new Error(`it was killed: it took more than ${timeoutMs} ms or printed too much`));
      else reject(error);
    });
    // It may end without having read it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
