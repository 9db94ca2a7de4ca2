import { type CommandInput, isSet } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { ensureDaemon } from '../node-process.ts';
import { print, printJson, say } from '../output/console.ts';
import { describeStackState } from '../output/status.ts';
import { readStack } from '../read-stack.ts';
import { timeoutOf, waitForStack } from '../wait-for-stack.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const { stack, source } = await readStack(context, input);
  const timeoutMs = timeoutOf(input);
  await ensureDaemon(context);
  return withClient(context, async (client) => {
    const request = { stack: JSON.stringify(stack), source };
    const { revision, changed } = await client.call('apply', request, { signal: context.signal });
    if (isSet(input, 'detach')) {
      if (context.output === 'json') printJson({ stack: stack.name, revision, changed });
      else print(`${stack.name}: revision ${revision} accepted${changed ? '' : ', unchanged'}`);
      return 0;
    }
    if (changed && context.output === 'text') say(`${stack.name}: revision ${revision}`);
    const status = await waitForStack(client, { stack: stack.name, signal: context.signal, timeoutMs });
    if (context.output === 'json') printJson(status);
    else print(`${changed ? '' : 'no change: '}${describeStackState(stack.name, status)}`);
    return 0;
  });
}
