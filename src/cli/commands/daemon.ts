import { createRequire } from 'node:module';
import { type CommandInput, stringFlag } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { daemonProgram } from '../node-process.ts';

/** Becomes the daemon: its program is loaded into this process, which then ends as that ends. */
export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const config = stringFlag(input, 'config');
  const { root, runDir } = context.paths;
  process.argv = [
    process.execPath,
    daemonProgram,
    ...['--root', root, '--run-dir', runDir],
    ...(config === undefined ? [] : ['--config', config]),
  ];
  process.removeAllListeners('SIGINT');
  createRequire(daemonProgram)(daemonProgram);
  return new Promise<number>(() => {}); // it calls process.exit itself
}
