import type { CommandInput } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { archiveWriter, openArchive, parseCopyPlace } from '../copy-place.ts';
import { printCopied, runCopy } from '../run-copy.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [from = '', to = ''] = input.args;
  const [source, destination] = [parseCopyPlace(from, true), parseCopyPlace(to, false)];
  const images = await runCopy(context, input, {
    sources: [source.text],
    destination: destination.text,
    ...(source.path === undefined ? {} : { archive: openArchive(source.path) }),
    ...(destination.path === undefined ? {} : { writer: archiveWriter(to, destination.path) }),
  });
  printCopied(
    context,
    images.map((image) => ({ ...image, source: from })),
    'copied',
  );
  return 0;
}
