import type { ContainerUsage } from '../../model/container-stats.ts';
import { type CommandInput, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { durationFlag } from '../duration-flag.ts';
import { print, printJson } from '../output/console.ts';
import { formatUsage, type UsageWithRates, withRates } from '../output/usage.ts';
import { stackTargets } from '../stack-targets.ts';

/** Between the two looks that one answer needs: rates are differences. */
const onceIntervalMs = 500;
const clearScreen = '\x1b[H\x1b[2J';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const isOnce = input.flags['stream'] === false;
  const interval = stringFlag(input, 'interval');
  const intervalMs =
    interval === undefined ? (isOnce ? onceIntervalMs : 0) : durationFlag('interval', interval);
  const request = { ...stackTargets(input.args), intervalMs };
  let before: readonly ContainerUsage[] | undefined;
  await withClient(context, async (client) => {
    for await (const { containers } of client.stream('stats', request, { signal: context.signal })) {
      const now = JSON.parse(containers) as ContainerUsage[];
      if (before !== undefined || !isOnce) show(context, withRates(before ?? [], now), isOnce);
      if (before !== undefined && isOnce) return;
      before = now;
    }
  });
  return 0;
}

/** On a terminal each look stands in the place of the last; in JSON it is a line. */
function show({ output }: CommandContext, containers: readonly UsageWithRates[], isOnce: boolean): void {
  if (output !== 'json')
    print(`${isOnce || !process.stdout.isTTY ? '' : clearScreen}${formatUsage(containers)}`);
  else if (isOnce) printJson(containers);
  else print(JSON.stringify(containers));
}
