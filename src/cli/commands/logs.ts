import type { LogLine } from '../../api/contract/generated/tsorch/v1/node.ts';
import { TsorchError } from '../../lib/errors.ts';
import { type CommandInput, isSet, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { durationFlag } from '../duration-flag.ts';
import { paint, print } from '../output/console.ts';
import { stackTargets } from '../stack-targets.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const { stack, services } = stackTargets(input.args);
  const tail = lineCount(stringFlag(input, 'tail'));
  const since = stringFlag(input, 'since');
  const request = {
    stack,
    services,
    follow: isSet(input, 'follow'),
    tail,
    since: since === undefined ? undefined : Date.now() - durationFlag('since', since),
  };
  const write = context.output === 'json' ? writeJson : textWriter(isSet(input, 'timestamps'));
  await withClient(context, async (client) => {
    for await (const { lines } of client.stream('logs', request, { signal: context.signal }))
      lines.forEach(write);
  });
  return 0;
}

function lineCount(text: string | undefined): number | undefined {
  if (text === undefined || text === 'all') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new TsorchError('usage.bad-argument', `"${text}" is not a number of lines`);
}

function writeJson({ slot, time, stderr, text }: LogLine): void {
  print(JSON.stringify({ slot, time, stream: stderr ? 'stderr' : 'stdout', text }));
}

const colors = [paint.cyan, paint.yellow, paint.green, paint.magenta, paint.blue] as const;

/** Each slot has a colour of its own, in the order of their first lines. */
function textWriter(withTime: boolean): (line: LogLine) => void {
  const prefixes = new Map<string, string>();
  return ({ slot, time, text }) => {
    if (!prefixes.has(slot)) {
      const color = colors[prefixes.size % colors.length] ?? paint.cyan;
      prefixes.set(slot, color(`${slot} |`));
    }
    print(`${prefixes.get(slot)} ${withTime ? `${time} ` : ''}${text}`);
  };
}
