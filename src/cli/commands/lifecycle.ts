import { type CommandInput, type CommandModule, isSet } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { describeStackState } from '../output/status.ts';
import { stackTargets } from '../stack-targets.ts';
import { timeoutOf, waitForStack } from '../wait-for-stack.ts';

/** `stop`, `start` and `restart` differ in one call. */
export function lifecycleCommand(verb: 'stop' | 'start' | 'restart'): CommandModule {
  return {
    async run(context: CommandContext, input: CommandInput): Promise<number> {
      const { stack, services } = stackTargets(input.args);
      const timeoutMs = timeoutOf(input);
      return withClient(context, async (client) => {
        await client.call(verb, { stack, services }, { signal: context.signal });
        if (isSet(input, 'detach')) return 0;
        const status = await waitForStack(client, { stack, signal: context.signal, timeoutMs });
        if (context.output === 'json') printJson(status);
        else print(describeStackState(stack, status));
        return 0;
      });
    },
  };
}
