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

/** What it takes to bring blobs into the store. */
export interface StageParts extends CallOptions {
  readonly content: ContentStore;
  readonly lease: Lease;
}

export interface ImportParts extends StageParts {
  readonly layers: LayerUnpacker;
  readonly platform: Platform;
}

/** An image whose blobs are in the store. */
export interface ArchiveImage {
  /** Names that the archive gives it, as written. */
  readonly names: readonly string[];
  /** What a layout calls it, which need not be a reference: `latest` */
  readonly label?: string;
  /** Of the manifest, or of an index of manifests. */
  readonly target: Descriptor;
}

/** Stores a JSON document that we made. */
export function storeDocument(parts: StageParts, document: object, mediaType: string): Promise<Descriptor> {
  return storeBytes(parts, Buffer.from(JSON.stringify(document)), mediaType);
}

export async function storeBytes(
  { content, lease, signal }: StageParts,
  bytes: Buffer,
  mediaType: string,
): Promise<Descriptor> {
  const stored = await content.ingest(once(bytes), { signal });
  lease.hold(stored.digest);
  return { mediaType, ...stored };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
