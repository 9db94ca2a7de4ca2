import type { StackStatus } from '../../model/status.ts';
import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { formatStatuses } from '../output/status.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [stack = ''] = input.args;
  const { stacks } = await withClient(context, (client) =>
    client.call('listStacks', { stack }, { signal: context.signal }),
  );
  const statuses = JSON.parse(stacks) as StackStatus[];
  if (context.output === 'json') printJson(statuses);
  else if (statuses.length === 0) print('no stacks; apply one with `tsorch apply -f stack.yaml`');
  else print(formatStatuses(statuses, Date.now()));
  return 0;
}
