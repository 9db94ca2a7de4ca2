import type { CommandInput, CommandModule } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { stackTargets } from '../stack-targets.ts';

/** `pause` and `unpause` differ in one call. */
export function freezeCommand(verb: 'pause' | 'unpause'): CommandModule {
  return {
    run(context: CommandContext, input: CommandInput): Promise<number> {
      const { stack, services } = stackTargets(input.args);
      return withClient(context, async (client) => {
        const { slots } = await client.call(verb, { stack, services }, { signal: context.signal });
        if (context.output === 'json') printJson({ slots });
        else print(`${verb}d ${slots.join(', ')}`);
        return 0;
      });
    },
  };
}
