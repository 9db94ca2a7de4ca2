import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print } from '../output/console.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  await withClient(context, async (client) => {
    for (const reference of input.args) {
      await client.call('removeImage', { reference }, { signal: context.signal });
      print(`removed ${reference}`);
    }
  });
  return 0;
}
