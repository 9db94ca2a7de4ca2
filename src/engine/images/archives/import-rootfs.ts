import type { StoredContent } from '../content/content-store.ts';
import { layerMediaType, ociConfig, ociManifest } from '../media-types.ts';
import { hostPlatform } from '../platform.ts';
import { type ImportedImage, type ImportParts, storeDocument } from './imported-image.ts';

export interface RootfsOptions {
  /** What a container runs by default; may be empty. */
  readonly command: readonly string[];
  /** First bytes of the archive. */
  readonly head: Uint8Array;
}

/** A root file system becomes an image of one layer: the archive's very bytes, compressed as they are. */
export async function importRootfs(
  blob: StoredContent,
  { layers, signal, ...parts }: ImportParts,
  { command, head }: RootfsOptions,
): Promise<ImportedImage> {
  const mediaType = layerMediaType(head);
  const { diffId } = await layers.unpack({ blob: blob.digest, size: blob.size, mediaType }, { signal });
  const { os, architecture, variant } = hostPlatform();
  const config = await storeDocument(
    parts,
    {
      os,
      architecture,
      variant,
      config: command.length === 0 ? {} : { Cmd: command },
      rootfs: { type: 'layers', diff_ids: [diffId] },
      history: [{ created_by: 'tsorch image import' }],
    },
    ociConfig,
  );
  const layer = { mediaType, ...blob };
  const target = await storeDocument(
    parts,
    { schemaVersion: 2, mediaType: ociManifest, config, layers: [layer] },
    ociManifest,
  );
  return { names: [], target };
}
