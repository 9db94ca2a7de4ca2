import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';

interface Reasons {
  readonly digest: string;
  readonly reasons: readonly string[];
}

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [object = ''] = input.args;
  const { json } = await withClient(context, (client) =>
    client.call('explainImage', { object }, { signal: context.signal }),
  );
  const answer: Reasons = JSON.parse(json);
  if (context.output === 'json') printJson(answer);
  else if (answer.reasons.length === 0) print('nothing keeps it; `tsorch image prune` removes it');
  else for (const reason of answer.reasons) print(reason);
  return 0;
}
