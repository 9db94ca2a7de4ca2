import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { ImageReference } from '../../../model/image-reference.ts';
import { mediaType } from '../documents/media-types.ts';
import { checkPlatform, findManifest, readImage } from '../manifest-reader.ts';
import type { ImportParts } from './archive-image.ts';
import { type ArchiveKind, archiveKind } from './archive-kind.ts';
import { importDirectory } from './import-directory.ts';
import { importDockerArchive } from './import-docker-archive.ts';
import { importLayout } from './import-layout.ts';
import { importRootfs } from './import-rootfs.ts';
import { nameImages } from './name-images.ts';
import { openUncompressed } from './open-archive.ts';

export interface ImportRequest extends ImportParts {
  /** Name to give; absent = the archive's own. */
  readonly wanted: ImageReference | undefined;
  /** For a root file system. */
  readonly command: readonly string[];
}

export interface NamedImage {
  readonly name: ImageReference;
  readonly target: Descriptor;
}

/**
 * Takes in whatever the archive is: all blobs are in the store and the layers for this platform are unpacked when this
 * returns. The names are for the caller to give.
 *
 * The archive itself goes into the store first: as the root of a file system it is a layer already, and the other kinds must be
 * read more than once.
 *
 * @throws TsorchError `image.bad-archive`, `content.*`, `layer.*`
 */
export async function importArchive(
  data: AsyncIterable<Uint8Array>,
  request: ImportRequest,
): Promise<readonly NamedImage[]> {
  const { content, lease, signal } = request;
  const archive = await content.ingest(data, { signal });
  lease.hold(archive.digest);
  const { source, type } = await openUncompressed(content, archive.digest);
  // Node cannot read zstd before version 22; as a layer the native worker reads it.
  const kind: ArchiveKind = type === mediaType.layerZstd ? 'rootfs' : await archiveKind(source.open());
  if (kind === 'rootfs')
    return nameImages([await importRootfs({ ...archive, mediaType: type }, request)], request);
  const take = { layout: importLayout, docker: importDockerArchive, dir: importDirectory }[kind];
  const images = await take(source, request);
  const named = await nameImages(images, request);
  for (const { target } of named) await unpack(target, request);
  content.remove(archive.digest);
  return named;
}

async function unpack(
  target: Descriptor,
  { content, layers, platform, lease, signal }: ImportParts,
): Promise<void> {
  const digest = await findManifest(target, platform, ({ digest: name }) => content.read(name));
  const image = digest === undefined ? undefined : await readImage(content, digest);
  if (digest === undefined || image === undefined) throw incomplete(target.digest);
  checkPlatform(image.config, platform);
  lease.hold(digest, image.manifest.config.digest, ...image.config.diffIds);
  for (const layer of image.manifest.layers) {
    lease.hold(layer.digest);
    if (content.size(layer.digest) !== layer.size) throw incomplete(layer.digest);
  }
  const unpacking = image.manifest.layers.map(({ digest: blob, size, mediaType: type }, at) => {
    const diffId = image.config.diffIds[at];
    return layers.unpack(
      { blob, size, mediaType: type, ...(diffId === undefined ? {} : { diffId }) },
      { signal },
    );
  });
  const failed = (await Promise.allSettled(unpacking)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function incomplete(digest: Digest): TsorchError<ErrorCode> {
  return new TsorchError('image.bad-archive', `the archive lacks ${digest}, which its image needs`);
}
