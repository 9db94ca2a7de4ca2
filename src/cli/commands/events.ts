import { type CommandInput, isSet } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { paint, print } from '../output/console.ts';

/** What the daemon sends for each event (model/event.ts). */
interface EventDocument {
  readonly seq: number;
  readonly at: number;
  readonly key: string;
  readonly type: string;
  readonly message: string;
  readonly causeSeq?: number;
}

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [stack = ''] = input.args;
  const request = { stack, follow: isSet(input, 'follow'), after: 0 };
  await withClient(context, async (client) => {
    for await (const { events } of client.stream('events', request, { signal: context.signal }))
      for (const text of events) print(context.output === 'json' ? text : describe(JSON.parse(text)));
  });
  return 0;
}

function describe({ seq, at, key, type, message, causeSeq }: EventDocument): string {
  const cause = causeSeq === undefined ? '' : paint.dim(` (because of ${causeSeq})`);
  return `${paint.dim(new Date(at).toISOString())} ${seq} ${paint.cyan(key)} ${type}: ${message}${cause}`;
}
