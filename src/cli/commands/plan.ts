import type { Plan } from '../../model/plan.ts';
import { type CommandInput, listFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { ensureDaemon } from '../node-process.ts';
import { print, printJson } from '../output/console.ts';
import { readStack } from '../read-stack.ts';

const changesPending = 3;

/** Exit status 0: nothing to do; 3: changes pending. */
export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [name] = input.args;
  const stack =
    name !== undefined && listFlag(input, 'file').length === 0
      ? undefined
      : (await readStack(context, input)).stack;
  await ensureDaemon(context);
  const of =
    stack === undefined
      ? { $case: 'name' as const, value: name ?? '' }
      : { $case: 'stack' as const, value: JSON.stringify(stack) };
  const answer = await withClient(context, (client) =>
    client.call('plan', { of }, { signal: context.signal }),
  );
  const plan = JSON.parse(answer.plan) as Plan;
  if (context.output === 'json') printJson(plan);
  else print(answer.text.trimEnd());
  return plan.steps.length === 0 && plan.blocked.length === 0 ? 0 : changesPending;
}
