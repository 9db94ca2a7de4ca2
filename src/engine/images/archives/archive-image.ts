import type { CallOptions } from '../../../lib/abort.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Platform } from '../../../model/platform.ts';
import type { ContentStore } from '../content/content-store.ts';
import type { Lease } from '../content/leases.ts';
import type { LayerUnpacker } from '../layer-unpacker.ts';

/** An uncompressed archive that can be read more than once. */
export interface ArchiveSource {
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface ImportParts extends CallOptions {
  readonly content: ContentStore;
  readonly layers: LayerUnpacker;
  readonly platform: Platform;
  readonly lease: Lease;
}

/** An image whose blobs are in the store. */
export interface ArchiveImage {
  /** Names that the archive gives it, as written. */
  readonly names: readonly string[];
  /** Of the manifest, or of an index of manifests. */
  readonly target: Descriptor;
}

/** Stores a JSON document that we made. */
export async function storeDocument(
  { content, lease }: Pick<ImportParts, 'content' | 'lease'>,
  document: object,
  mediaType: string,
): Promise<Descriptor> {
  const stored = await content.ingest(once(Buffer.from(JSON.stringify(document))));
  lease.hold(stored.digest);
  return { mediaType, ...stored };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
