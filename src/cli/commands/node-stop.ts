import { existsSync } from 'node:fs';
import { TsorchError } from '../../lib/errors.ts';
import { type CommandInput, isSet } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { say } from '../output/console.ts';

const endTimeoutMs = 10_000;

/** Returns when the daemon's process has ended, so that the next command meets no half-dead one. */
export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const everything = !isSet(input, 'daemonOnly');
  const pid = await withClient(context, async (client) => {
    const version = await client.call('getVersion', {}, { signal: context.signal });
    await client.call('shutdown', { everything }, { signal: context.signal });
    return version.pid;
  });
  const deadline = Date.now() + endTimeoutMs;
  while (existsSync(`/proc/${pid}`)) {
    if (Date.now() > deadline)
      throw new TsorchError('wait.timed-out', `the daemon (pid ${pid}) does not end`, {
        hint: 'see its log',
      });
    await new Promise((resume) => setTimeout(resume, 20));
  }
  say(everything ? 'the node has ended' : 'the daemon has ended; containers go on running');
  return 0;
}
