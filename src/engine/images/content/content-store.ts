import type { CallOptions } from '../../../lib/abort.ts';
import type { Digest } from '../../../model/digest.ts';

export interface ExpectedContent {
  readonly digest: Digest;
  readonly size: number;
}

export interface StoredContent {
  readonly digest: Digest;
  readonly size: number;
}

/**
 * Content by its digest; a valid OCI image layout that other tools read as it stands (image-spec, image-layout.md).
 *
 * A blob is absent or whole, never partial: bytes go to a file of their own, are hashed as they come, made durable, and
 * appear under their digest by rename.
 */
export interface ContentStore {
  /** Size of the blob in bytes; undefined when it is not there. */
  size(digest: Digest): Promise<number | undefined>;

  /** A whole document of at most 8 MiB. @throws TsorchError `content.bad-document`, `content.digest-mismatch`; undefined = not there */
  read(digest: Digest): Promise<Buffer | undefined>;

  /** Takes in what comes; its digest is what the bytes hash to. @throws TsorchError `content.no-space` */
  ingest(data: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<StoredContent>;

  /**
   * Brings in a blob of known digest; does nothing when it is there. A second call for the same digest joins the first.
   *
   * @param open  opens the bytes
   * @throws TsorchError `content.digest-mismatch`, `content.size-mismatch`, `content.no-space`
   */
  ingestExpected(
    expected: ExpectedContent,
    open: () => AsyncIterable<Uint8Array>,
    options?: CallOptions,
  ): Promise<void>;

  /** Digests of all blobs. */
  list(): Promise<readonly Digest[]>;

  remove(digest: Digest): Promise<void>;
}
