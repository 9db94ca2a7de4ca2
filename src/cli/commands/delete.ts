import { TsorchError } from '../../lib/errors.ts';
import { type CommandInput, isSet, listFlag, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print } from '../output/console.ts';
import { readStack } from '../read-stack.ts';
import { timeoutOf, waitForStack } from '../wait-for-stack.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const stack = await stackName(context, input);
  const timeoutMs = timeoutOf(input);
  return withClient(context, async (client) => {
    await client.call('delete', { stack }, { signal: context.signal });
    if (isSet(input, 'detach')) return 0;
    await waitForStack(client, { stack, signal: context.signal, timeoutMs }).catch(unlessGone);
    print(`${stack} is gone; named volumes are kept`);
    return 0;
  });
}

/** By name, or the one that a stack file names. */
async function stackName(context: CommandContext, input: CommandInput): Promise<string> {
  const [name] = input.args;
  if (name !== undefined) return name;
  if (listFlag(input, 'file').length === 0 && stringFlag(input, 'stackName') === undefined)
    throw new TsorchError('usage.bad-argument', 'there is no stack to delete', {
      hint: 'name it, or its file with -f',
    });
  return stringFlag(input, 'stackName') ?? (await readStack(context, input)).stack.name;
}

/** A stack of which hardly anything was there may be gone before it can be waited for. */
function unlessGone(error: unknown): void {
  if (!(error instanceof TsorchError) || error.code !== 'stack.not-found') throw error;
}
