import { TsorchError } from '../../lib/errors.ts';
import { type ArchiveWriter, TarFileWriter, TarStreamWriter } from '../archive-writer.ts';
import { type CommandInput, stringFlag } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { printCopied, runCopy } from '../run-copy.ts';

const formats: Readonly<Record<string, string>> = {
  'docker-archive': 'docker-archive:',
  'oci-archive': 'oci:',
};

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const output = stringFlag(input, 'file') ?? '-';
  const format = stringFlag(input, 'format') ?? 'docker-archive';
  const destination = formats[format];
  if (destination === undefined)
    throw new TsorchError('usage.bad-argument', `"${format}" is no format of archives`, {
      hint: `write one of ${Object.keys(formats).join(', ')}`,
    });
  const sources = input.args.map((name) => `store:${name}`);
  const images = await runCopy(context, input, { sources, destination, writer: writerFor(output) });
  // Standard output is the archive's.
  if (output !== '-')
    printCopied(
      context,
      images.map((image, at) => ({ ...image, source: input.args[at] ?? '' })),
      'saved',
    );
  return 0;
}

function writerFor(output: string): ArchiveWriter {
  if (output !== '-') return new TarFileWriter(output);
  if (!process.stdout.isTTY) return new TarStreamWriter(process.stdout);
  throw new TsorchError('usage.bad-argument', 'an archive is nothing for a terminal', {
    hint: 'write it to a file: `--file PATH`',
  });
}
