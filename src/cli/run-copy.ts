import {
  type CopiedImage,
  CopyImageStart_Images,
  type CopyProgress,
} from '../api/contract/generated/tsorch/v1/node.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import { type CommandInput, isSet, stringFlag } from './command.ts';
import { type CommandContext, withClient } from './context.ts';
import { ensureDaemon } from './node-process.ts';
import { print, printJson, say } from './output/console.ts';
import { formatBytes, shortId } from './output/format.ts';
import { StatusLine } from './output/status-line.ts';

export interface CopyCommand {
  readonly sources: readonly string[];
  readonly destination: string;
  /** Without `--all` and `--platform`. */
  readonly images?: CopyImageStart_Images;
  readonly archive?: AsyncIterable<Buffer>;
  readonly writer?: ArchiveWriter;
}

/** Asks the daemon for a copy and shows how it goes. */
export async function runCopy(
  context: CommandContext,
  input: CommandInput,
  copy: CopyCommand,
): Promise<readonly CopiedImage[]> {
  await ensureDaemon(context);
  using line = new StatusLine();
  const start = {
    sources: [...copy.sources],
    destination: copy.destination,
    images: chosenImages(input, copy.images),
    platform: stringFlag(input, 'platform') ?? '',
    withReferrers: isSet(input, 'referrers'),
  };
  const onProgress = (progress: CopyProgress) =>
    line.show(`${copy.sources.join(' ')}: ${describe(progress)}`);
  try {
    const images = await withClient(context, (client) =>
      client.copyImage(
        { start, archive: copy.archive },
        { onProgress, members: copy.writer },
        { signal: context.signal },
      ),
    );
    await copy.writer?.finish();
    return images;
  } finally {
    await copy.writer?.discard();
  }
}

/** @param verb  `pushed`, `copied` */
export function printCopied(context: CommandContext, images: readonly CopiedImage[], verb: string): void {
  if (context.output === 'json') {
    printJson(images);
    return;
  }
  for (const { source, digest, isOneOfIndex } of images) {
    print(`${verb} ${source}  ${shortId(digest)}`);
    if (isOneOfIndex)
      say(
        `note: ${source} has images for several platforms; only one was taken, so the digest is another (see --all)`,
      );
  }
}

function chosenImages(
  input: CommandInput,
  otherwise = CopyImageStart_Images.IMAGES_ONE,
): CopyImageStart_Images {
  if (isSet(input, 'all')) return CopyImageStart_Images.IMAGES_ALL;
  return stringFlag(input, 'platform') === undefined ? otherwise : CopyImageStart_Images.IMAGES_ONE;
}

function describe({ bytesDone, bytesTotal, blobsDone, blobsTotal }: CopyProgress): string {
  return `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}, ${blobsDone} of ${blobsTotal} blobs`;
}
