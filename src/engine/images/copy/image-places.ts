import type { CallOptions } from '../../../lib/abort.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { DocumentKey } from '../manifest-reader.ts';

/** A manifest or index, byte by byte as it was found. */
export interface CopiedDocument {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** Where an image is copied from: a registry, the store, an archive that was taken in. */
export interface ImageOrigin {
  /** What its name means. @throws TsorchError `image.not-found` */
  root(options: CallOptions): Promise<CopiedDocument>;
  /** Undefined = it is not there. @throws TsorchError `content.*` */
  document(key: DocumentKey, options: CallOptions): Promise<Buffer | undefined>;
  /** The bytes of a blob from `offset` on. */
  blob(blob: Descriptor, options: CallOptions & { readonly offset: number }): AsyncIterable<Uint8Array>;
  /** Repositories of that registry that are known to have some of these blobs; they may be mounted from there. */
  repositoriesOn(domain: string, blobs: ReadonlySet<Digest>): Promise<readonly string[]>;
  /** What refers to a manifest, its signatures for example. */
  referrers(digest: Digest, options: CallOptions): Promise<readonly Descriptor[]>;
}

/**
 * Where an image is copied to. Order: blobs, then the documents that name them, each behind those that it names; at last `name`.
 * What is there already is not asked for.
 */
export interface ImageDestination {
  /** How many blobs may be on their way; 1 where they come one behind the other. */
  readonly blobsAtOnce: number;
  /** Whether layers that must not be given away are taken. */
  readonly takesForeignLayers: boolean;
  /** Whether a document is there, and so all that it names. */
  has(document: Descriptor, options: CallOptions): Promise<boolean>;
  putBlob(blob: Descriptor, transfer: BlobTransfer): Promise<void>;
  putDocument(document: CopiedDocument, options: CallOptions): Promise<void>;
  /** The image is whole. */
  name(root: CopiedDocument, options: CallOptions): Promise<void>;
}

export interface BlobTransfer extends CallOptions {
  readonly open: (offset: number, signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>;
  /** Bytes of this blob that have arrived; may go back. */
  readonly onProgress: (bytes: number) => void;
}
