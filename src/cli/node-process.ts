import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TsorchError } from '../lib/errors.ts';
import { spawnDetached } from '../lib/run-command.ts';
import { type CommandContext, withClient } from './context.ts';
import { say } from './output/console.ts';

/** The daemon's program; stands beside the command line's. */
export const daemonProgram = join(dirname(fileURLToPath(import.meta.url)), 'tsorchd.cjs');

const startTimeoutMs = 20_000;

/** Makes sure that a daemon answers; starts one in the background, and says so, when none does and we are root. */
export async function ensureDaemon(context: CommandContext): Promise<void> {
  if (await daemonAnswers(context)) return;
  const { root, runDir } = context.paths;
  if (process.getuid?.() !== 0)
    throw new TsorchError('node.not-running', `no daemon listens on ${context.paths.apiSocket}`, {
      hint: 'start it as root with `tsorch daemon`, or run this command as root',
    });
  mkdirSync(runDir, { recursive: true, mode: 0o755 });
  const logFile = join(runDir, 'tsorchd.log');
  say(`starting the tsorch daemon in the background (its log: ${logFile}; end it with \`tsorch node stop\`)`);
  const child = spawnDetached(process.execPath, [daemonProgram, '--root', root, '--run-dir', runDir], {
    logFile,
  });
  await waitUntilItAnswers(context, { logFile, exited: child.exited });
}

async function daemonAnswers(context: CommandContext): Promise<boolean> {
  try {
    await withClient(context, (client) => client.call('getVersion', {}, { timeoutMs: 5_000 }));
    return true;
  } catch (error) {
    if (error instanceof TsorchError && error.code === 'node.not-running') return false;
    throw error;
  }
}

async function waitUntilItAnswers(
  context: CommandContext,
  { logFile, exited }: { readonly logFile: string; readonly exited: Promise<number | undefined> },
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  while (!(await daemonAnswers(context))) {
    // It may have ended because another one was started at the same moment; then that one answers soon.
    if (Date.now() > deadline || (ended && Date.now() > deadline - startTimeoutMs + 2_000))
      throw new TsorchError('node.not-running', 'the daemon was started but does not answer', {
        hint: `see ${logFile}`,
      });
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
