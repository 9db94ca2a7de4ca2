import { CopyImageStart_Images } from '../../api/contract/generated/tsorch/v1/node.ts';
import type { CommandInput } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { printCopied, runCopy } from '../run-copy.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [name = '', destination = name] = input.args;
  const images = await runCopy(context, input, {
    sources: [`store:${name}`],
    destination: `docker://${destination.replace(/^docker:\/\//, '')}`,
    images: CopyImageStart_Images.IMAGES_PRESENT,
  });
  const named = images.map((image) => ({ ...image, source: destination }));
  printCopied(context, named, 'pushed');
  return 0;
}
