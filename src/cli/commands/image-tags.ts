import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { ensureDaemon } from '../node-process.ts';
import { print, printJson } from '../output/console.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [repository = ''] = input.args;
  await ensureDaemon(context);
  const { tags } = await withClient(context, (client) =>
    client.call('listTags', { repository }, { signal: context.signal }),
  );
  if (context.output === 'json') printJson(tags);
  else for (const tag of tags) print(tag);
  return 0;
}
