import type { Descriptor } from '../../../model/descriptor.ts';
import { mediaType } from '../documents/media-types.ts';
import { type ArchiveImage, type ImportParts, storeDocument } from './archive-image.ts';

/** The same archive gives the same image, so importing twice changes nothing; a time of import would spoil that. */
const created = '1970-01-01T00:00:00Z';

/**
 * The root of a file system becomes an image of one layer: the archive's very bytes, compressed as they are.
 *
 * @param layer  the archive, which is in the store
 */
export async function importRootfs(
  layer: Descriptor,
  { command, ...parts }: ImportParts & { readonly command: readonly string[] },
): Promise<ArchiveImage> {
  const { layers, lease, platform, signal } = parts;
  const { digest: blob, size, mediaType: type } = layer;
  const { diffId } = await layers.unpack({ blob, size, mediaType: type }, { signal });
  lease.hold(diffId);
  const document = {
    created,
    os: platform.os,
    architecture: platform.architecture,
    variant: platform.variant,
    config: command.length === 0 ? {} : { Cmd: command },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created, created_by: 'tsorch image import' }],
  };
  const config = await storeDocument(parts, document, mediaType.config);
  const manifest = { schemaVersion: 2, mediaType: mediaType.manifest, config, layers: [layer] };
  return { names: [], target: await storeDocument(parts, manifest, mediaType.manifest) };
}
