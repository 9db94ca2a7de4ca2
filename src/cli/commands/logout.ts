import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { ensureDaemon } from '../node-process.ts';
import { say } from '../output/console.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [name = ''] = input.args;
  await ensureDaemon(context);
  const { registry } = await withClient(context, (client) =>
    client.call('logout', { registry: name }, { signal: context.signal }),
  );
  say(`logged out of ${registry}`);
  return 0;
}
