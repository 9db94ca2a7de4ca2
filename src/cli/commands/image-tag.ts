import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print } from '../output/console.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [reference = '', name = ''] = input.args;
  await withClient(context, (client) =>
    client.call('tagImage', { reference, name }, { signal: context.signal }),
  );
  print(`${reference} is ${name} too`);
  return 0;
}
