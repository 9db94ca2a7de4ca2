import type { PullProgress } from '../../api/contract/generated/tsorch/v1/node.ts';
import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { ensureDaemon } from '../node-process.ts';
import { print, printJson } from '../output/console.ts';
import { formatBytes, shortId } from '../output/format.ts';
import { StatusLine } from '../output/status-line.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [reference = ''] = input.args;
  await ensureDaemon(context);
  using line = new StatusLine();
  await withClient(context, async (client) => {
    for await (const { message } of client.stream('pullImage', { reference }, { signal: context.signal })) {
      if (message?.$case === 'progress') line.show(`${reference}: ${describe(message.value)}`);
      if (message?.$case !== 'image') continue;
      line.clear();
      if (context.output === 'json') printJson(message.value);
      else print(`${message.value.reference}  ${shortId(message.value.manifest)}`);
    }
  });
  return 0;
}

function describe({ bytesDone, bytesTotal, layersDone, layersTotal }: PullProgress): string {
  const bytes =
    bytesTotal > 0 ? `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}` : formatBytes(bytesDone);
  return `${bytes}, ${layersDone} of ${layersTotal} layers`;
}
