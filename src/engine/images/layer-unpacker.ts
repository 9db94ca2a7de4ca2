import type { CallOptions } from '../../lib/abort.ts';
import type { Digest } from '../../model/digest.ts';

/** A layer's blob in the store: `blobs/sha256/<hex>`. */
export interface LayerBlob {
  readonly blob: Digest;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  /** Digest of the uncompressed tar, as the image's config says; absent = not known yet. */
  readonly diffId?: Digest;
}

export interface UnpackedLayer {
  readonly diffId: Digest;
  readonly entries: number;
  /** Bytes of all files. */
  readonly sizeBytes: number;
}

/**
 * Turns blobs into directories `layers/<hex of diffID>/fs` that overlayfs stacks. Idempotent; a layer is there or not, never
 * in part. hostd's workers do it (engine/images/hostd-layer-unpacker.ts).
 */
export interface LayerUnpacker {
  /**
   * @throws TsorchError `content.digest-mismatch`, `content.size-mismatch`, `content.no-space` (retryable), `layer.bad-tar`,
   *   `layer.unsafe-entry`, `layer.limit-exceeded`
   */
  unpack(layer: LayerBlob, options?: CallOptions): Promise<UnpackedLayer>;
  /** What is mounted stays until it is unmounted. Missing is fine. */
  remove(diffId: Digest): Promise<void>;
}
