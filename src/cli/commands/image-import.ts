import type { ImportImageRequest } from '../../api/contract/generated/tsorch/v1/node.ts';
import { type CommandInput, listFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { openArchive } from '../copy-place.ts';
import { ensureDaemon } from '../node-process.ts';
import { print, printJson } from '../output/console.ts';
import { shortId } from '../output/format.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [archive = '', reference = ''] = input.args;
  const data = openArchive(archive);
  await ensureDaemon(context);
  const { images } = await withClient(context, (client) =>
    client.importImage(messages(data, { reference, command: [...listFlag(input, 'cmd')] }), {
      signal: context.signal,
    }),
  );
  if (context.output === 'json') printJson(images);
  else for (const image of images) print(`${image.reference}  ${shortId(image.manifest)}`);
  return 0;
}

async function* messages(
  data: AsyncIterable<Buffer>,
  start: { readonly reference: string; readonly command: string[] },
): AsyncGenerator<ImportImageRequest> {
  yield { message: { $case: 'start', value: start } };
  for await (const chunk of data) yield { message: { $case: 'data', value: chunk } };
}
