import type { CallOptions } from '../../../lib/abort.ts';
import type { EpochMs } from '../../../model/brand.ts';
import type { Digest } from '../../../model/digest.ts';

/** Content by name and length; a descriptor is one. */
export interface ContentKey {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/**
 * Opens the bytes of a blob from `offset` on.
 *
 * @param signal  fires when nobody waits for the blob any more
 */
export type OpenContent = (offset: number, signal: AbortSignal) => AsyncIterable<Uint8Array>;

/**
 * Content by its digest; a valid OCI image layout that other tools read as it stands (image-spec, image-layout.md).
 *
 * A blob is absent or whole, never partial: bytes go to a file of their own, are hashed as they come, made durable, and
 * appear under their digest by rename.
 */
export interface ContentStore {
  /** Size of the blob in bytes; undefined = it is not there. */
  size(digest: Digest): number | undefined;

  /**
   * A whole document; undefined = it is not there.
   *
   * @throws TsorchError `content.bad-document` above 8 MiB, `content.digest-mismatch`
   */
  read(digest: Digest): Promise<Buffer | undefined>;

  /** The bytes of a blob that is there, from `offset` on; not verified again. */
  stream(digest: Digest, offset?: number): AsyncIterable<Uint8Array>;

  /** Takes in what comes; its digest is what the bytes hash to. @throws TsorchError `content.no-space` (retryable) */
  ingest(data: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<ContentKey>;

  /**
   * Brings in a blob of known digest; does nothing when it is there. A second call for the same digest joins the first. What
   * was received before an interruption, a killed daemon included, is not asked for again.
   *
   * @throws TsorchError `content.digest-mismatch`, `content.size-mismatch`, `content.no-space` (retryable); what `open` throws
   */
  ingestExpected(expected: ContentKey, open: OpenContent, options?: CallOptions): Promise<void>;

  /** All blobs, and when each was written, or last touched. */
  list(): Promise<readonly StoredBlob[]>;

  /** Missing is fine. */
  remove(digest: Digest): void;

  /** Somebody uses the blob: it is as if it was written now. Missing is fine. */
  touch(digest: Digest): void;
}

export interface StoredBlob extends ContentKey {
  readonly writtenAt: EpochMs;
}
