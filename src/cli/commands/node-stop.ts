import { type CommandInput, isSet } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { say } from '../output/console.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const everything = !isSet(input, 'daemonOnly');
  await withClient(context, (client) => client.call('shutdown', { everything }, { signal: context.signal }));
  say(everything ? 'the node has ended' : 'the daemon has ended; containers go on running');
  return 0;
}
