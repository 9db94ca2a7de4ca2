import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { formatImageReference, parseImageReference } from '../../../model/image-reference.ts';
import type { ArchiveImage, StageParts } from './archive-image.ts';
import { archiveKind } from './archive-kind.ts';
import { importDirectory } from './import-directory.ts';
import { importDockerArchive } from './import-docker-archive.ts';
import { importLayout } from './import-layout.ts';
import { openUncompressed } from './open-archive.ts';

/**
 * Takes the blobs of an archived image into the store, where the lease holds them, and gives what its name means. No layer is
 * unpacked, no name is given.
 *
 * @param label  which image of the archive: by its reference, or as a layout names it; absent = the only one
 * @throws TsorchError `image.bad-archive`, `content.*`
 */
export async function stageArchive(
  data: AsyncIterable<Uint8Array>,
  label: string | undefined,
  parts: StageParts,
): Promise<Descriptor> {
  const { content, lease, signal } = parts;
  const archive = await content.ingest(data, { signal });
  lease.hold(archive.digest);
  try {
    const { source } = await openUncompressed(content, archive.digest);
    const kind = await archiveKind(source.open());
    if (kind === 'rootfs')
      throw new TsorchError<ErrorCode>(
        'image.bad-archive',
        'the archive is no image, but the root of a file system',
        {
          hint: 'make an image of it first: `tsorch image import ARCHIVE NAME`',
        },
      );
    const take = { layout: importLayout, docker: importDockerArchive, dir: importDirectory }[kind];
    return choose(await take(source, parts), label).target;
  } finally {
    content.remove(archive.digest);
  }
}

/** The bytes that come with a call. @throws TsorchError `image.bad-archive` */
export function archiveSource(data: AsyncIterable<Uint8Array> | undefined): AsyncIterable<Uint8Array> {
  if (data !== undefined) return data;
  throw new TsorchError<ErrorCode>('image.bad-archive', 'no archive came with the call');
}

function choose(images: readonly ArchiveImage[], label: string | undefined): ArchiveImage {
  const [only, ...more] = images;
  if (label === undefined) {
    if (only !== undefined && more.length === 0) return only;
    throw notOne(`the archive holds ${images.length} images`, images);
  }
  const reference = parseImageReference(label);
  const full = reference === undefined ? label : formatImageReference(reference);
  const named = images.find(
    ({ names, label: own }) =>
      own === label || names.some((name) => name === label || (complete(name) ?? name) === full),
  );
  if (named === undefined) throw notOne(`the archive holds no image with the name ${label}`, images);
  return named;
}

function complete(name: string): string | undefined {
  const reference = parseImageReference(name);
  return reference === undefined ? undefined : formatImageReference(reference);
}

function notOne(message: string, images: readonly ArchiveImage[]): TsorchError<ErrorCode> {
  const names = images.flatMap(({ names: [name], label }) => label ?? name ?? []);
  return new TsorchError('image.bad-archive', message, {
    hint:
      names.length === 0
        ? 'its images have no names'
        : `name one behind the path: ${names.slice(0, 10).join(', ')}`,
  });
}
