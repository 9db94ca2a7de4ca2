import type { CallOptions } from '../../lib/abort.ts';
import type { Digest } from '../../model/digest.ts';

export interface LayerBlob {
  readonly blob: Digest;
  /** Bytes of the blob. */
  readonly size: number;
  readonly mediaType: string;
  /** What the uncompressed bytes must hash to; absent for a layer that nobody has described yet. */
  readonly diffId?: Digest;
}

export interface UnpackedLayer {
  readonly diffId: Digest;
  readonly entries: number;
  readonly sizeBytes: number;
}

/**
 * Layers on disk, keyed by diffID. A layer is absent or whole: it appears by rename after both digests were checked.
 * Unpacking one that is there already does nothing.
 *
 * @throws TsorchError `content.digest-mismatch`, `content.size-mismatch`, `content.no-space`, `layer.*`
 */
export interface LayerUnpacker {
  unpack(layer: LayerBlob, options?: CallOptions): Promise<UnpackedLayer>;
  remove(diffId: Digest, options?: CallOptions): Promise<void>;
}
