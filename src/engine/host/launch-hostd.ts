import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TsorchError } from '../../lib/errors.ts';
import { type DetachedProcess, spawnDetached } from '../../lib/run-command.ts';
import type { ErrorCode } from '../../model/error-code.ts';

export interface HostdProgram {
  /** Path of `tsorch-rt`. */
  readonly binary: string;
  readonly root: string;
  readonly runDir: string;
  readonly nodeKey: string;
  /** Absent: hostd makes a control group of the node's own. */
  readonly cgroupParent?: string | undefined;
}

/** hostd executes only programs by absolute path or from here. */
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
const shownLogBytes = 2_000;
const longestLogBytes = 1 << 20;

/** Starts hostd as a process of its own, which outlives the daemon. One too many ends by itself: `node.already-running`. */
export async function launchHostd(program: HostdProgram): Promise<DetachedProcess> {
  const { binary, root, runDir, nodeKey, cgroupParent } = program;
  const args = ['tsorch-hostd', '--root', root, '--run-dir', runDir];
  if (nodeKey !== '') args.push('--node-key', nodeKey);
  if (cgroupParent !== undefined) args.push('--cgroup-parent', cgroupParent);
  // A shutdown of the node took it away.
  mkdirSync(runDir, { recursive: true, mode: 0o711 });
  keepLogSmall(logPath(program));
  try {
    return await spawnDetached({ program: binary, args, environment, logFile: logPath(program) });
  } catch (cause) {
    throw cannotStart(binary, cause);
  }
}

function cannotStart(binary: string, cause: unknown): TsorchError<ErrorCode> {
  return new TsorchError<ErrorCode>('host.failed', `cannot start ${binary}`, { cause, object: 'hostd' });
}

/** For a hostd that ended instead of answering; the last lines of its log are the cause. */
export function hostdFailed(program: HostdProgram, code: number | undefined): TsorchError<ErrorCode> {
  const how = code === undefined ? 'was killed' : `ended with status ${code}`;
  return new TsorchError<ErrorCode>('host.failed', `hostd ${how} before it answered`, {
    object: 'hostd',
    hint: `see ${logPath(program)}`,
    cause: new Error(lastLines(logPath(program))),
    retryable: true,
  });
}

/** The log before the last start is kept beside it. */
function keepLogSmall(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > longestLogBytes) renameSync(path, `${path}.1`);
}

function logPath(program: HostdProgram): string {
  return join(program.runDir, 'hostd.log');
}

function lastLines(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(-shownLogBytes).trim();
  } catch {
    return 'it wrote no log';
  }
}
