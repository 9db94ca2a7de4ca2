import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { printJson } from '../output/console.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [reference = ''] = input.args;
  const { json } = await withClient(context, (client) =>
    client.call('inspectImage', { reference }, { signal: context.signal }),
  );
  printJson(JSON.parse(json));
  return 0;
}
