import { existsSync, mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultRoot, defaultRunDir } from '../config/paths.ts';
import { TsorchError } from '../lib/errors.ts';
import { type DetachedProcess, spawnDetached } from '../lib/run-command.ts';
import type { CommandContext } from './context.ts';
import { say } from './output/console.ts';

/** The daemon's program; stands beside the command line's. */
export const daemonProgram = join(dirname(fileURLToPath(import.meta.url)), 'tsorchd.cjs');

const startTimeoutMs = 20_000;
const othersMayAnswerMs = 2_000;

/** Makes sure that a daemon answers; starts one in the background, and says so, when none does and we are root. */
export async function ensureDaemon(context: CommandContext): Promise<void> {
  if (await daemonAnswers(context)) return;
  const { root, runDir } = context.paths;
  if (process.getuid?.() !== 0)
    throw new TsorchError('node.not-running', `no daemon listens on ${context.paths.apiSocket}`, {
      hint: 'start it as root with `tsorch daemon`, or run this command as root',
    });
  if (belongsToSystemd(context))
    throw new TsorchError(
      'node.not-running',
      'the node belongs to systemd, and tsorch.service does not run',
      {
        hint: 'start it with `systemctl start tsorch`',
      },
    );
  mkdirSync(runDir, { recursive: true, mode: 0o755 });
  const logFile = join(runDir, 'tsorchd.log');
  say(`starting the tsorch daemon in the background (its log: ${logFile}; end it with \`tsorch node stop\`)`);
  const daemon = await spawnDetached({
    program: process.execPath,
    args: [daemonProgram, '--root', root, '--run-dir', runDir],
    environment: definedOnly(context.environment),
    logFile,
  });
  await waitUntilItAnswers(context, daemon, logFile);
}

const systemdRuns = '/run/systemd/system';
const unitDirs = ['/etc/systemd/system', '/usr/local/lib/systemd/system', '/usr/lib/systemd/system'];

/**
 * Whether units are installed for the host's own node. A daemon of ours in the background would keep theirs from starting, and
 * would have its containers elsewhere.
 */
function belongsToSystemd({ paths }: CommandContext): boolean {
  if (paths.root !== defaultRoot || paths.runDir !== defaultRunDir || !existsSync(systemdRuns)) return false;
  return unitDirs.some((dir) => existsSync(join(dir, 'tsorch.service')));
}

function definedOnly(environment: CommandContext['environment']): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

/** Whether somebody listens on its socket, which a daemon does last of all; what else is wrong with it the call will tell. */
function daemonAnswers({ paths }: CommandContext): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: paths.apiSocket });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'),
    );
  });
}

async function waitUntilItAnswers(
  context: CommandContext,
  daemon: DetachedProcess,
  logFile: string,
): Promise<void> {
  const started = Date.now();
  while (!(await daemonAnswers(context))) {
    const waited = Date.now() - started;
    // It also ends when another one was started at the same moment; that one answers soon.
    if (waited > startTimeoutMs || (daemon.ended() !== undefined && waited > othersMayAnswerMs))
      throw new TsorchError('node.not-running', 'the daemon was started but does not answer', {
        hint: `see ${logFile}`,
      });
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
