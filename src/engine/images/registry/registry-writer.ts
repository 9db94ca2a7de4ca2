import type { CallOptions } from '../../../lib/abort.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { ImageReference } from '../../../model/image-reference.ts';

/** How a blob came to be in its repository. */
export type UploadOutcome = 'present' | 'mounted' | 'uploaded';

/**
 * Pushes to registries (distribution-spec 1.1, "Push"); never to a mirror. What fails for a moment is tried again, and a blob is
 * taken up where the registry says that it broke off, also by a later call.
 *
 * All throw as RegistryClient does.
 */
export interface RegistryWriter {
  /** Whether the repository has this manifest or index. */
  hasDocument(reference: ImageReference, document: Descriptor, options?: WriteOptions): Promise<boolean>;

  /** Brings a blob into the reference's repository, unless it is there. */
  putBlob(reference: ImageReference, blob: Descriptor, upload: UploadOptions): Promise<UploadOutcome>;

  /**
   * Stores a manifest or index byte by byte, under its digest or, where `tag` says so, the reference's tag. Everything that it
   * names must be there. What it says of another one (`subject`) is found by `referrers` afterwards, also where the registry
   * does not know of such things.
   *
   * @throws TsorchError `registry.protocol` too when the registry stored something else
   */
  putDocument(reference: ImageReference, document: DocumentUpload, options?: WriteOptions): Promise<void>;
}

export interface WriteOptions extends CallOptions {
  /** Repositories of the same registry that we shall need to read from, so that one token does for all. */
  readonly mountFrom?: readonly string[];
}

export interface UploadOptions extends WriteOptions {
  /** The blob's bytes from an offset on. */
  readonly open: (offset: number) => AsyncIterable<Uint8Array>;
  /** How many bytes the registry has or is being sent; may go back. */
  readonly onProgress?: (bytes: number) => void;
}

export interface DocumentUpload {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  /** Absent = by its digest alone. */
  readonly tag?: string | undefined;
}
