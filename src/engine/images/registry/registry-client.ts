import type { CallOptions } from '../../../lib/abort.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { ImageReference } from '../../../model/image-reference.ts';
import type { RegistryCatalog } from './registry-catalog.ts';
import type { RegistryWriter } from './registry-writer.ts';

/**
 * Pulls from registries (distribution-spec 1.1, "Pull"). What fails for a moment (a broken connection, 429, 5xx) is tried
 * again; bytes of blobs are not verified here: whoever stores them compares digests.
 *
 * All throw TsorchError `registry.unreachable` (retryable), `registry.denied`, `registry.rate-limited` (retryable),
 * `registry.protocol`.
 */
export interface RegistryClient {
  readonly writer: RegistryWriter;
  readonly catalog: RegistryCatalog;

  /** What the reference means now, without its content (HEAD). @throws TsorchError `image.not-found` */
  resolve(reference: ImageReference, options?: CallOptions): Promise<Descriptor>;

  /**
   * A manifest or index of the reference's repository, verified against `target.digest`.
   *
   * @throws TsorchError `image.not-found`, `content.digest-mismatch`, `content.bad-document`
   */
  fetchDocument(
    reference: ImageReference,
    target: DocumentTarget,
    options?: CallOptions,
  ): Promise<FetchedDocument>;

  /**
   * Bytes of a blob from `offset` on; a connection that breaks is taken up again where it broke.
   *
   * @throws TsorchError `image.not-found`, `content.size-mismatch`
   */
  fetchBlob(reference: ImageReference, blob: Descriptor, options?: BlobOptions): AsyncIterable<Uint8Array>;

  /** Whether what came may be a mirror's: bytes that are wrong are worth asking the registry itself then. */
  hasMirrors(reference: ImageReference): boolean;
}

/** Without a digest whatever the reference's tag means. */
export type DocumentTarget = Partial<Pick<Descriptor, 'digest' | 'mediaType'>>;

export interface FetchedDocument {
  readonly descriptor: Descriptor;
  /** Exactly as the registry sent them. */
  readonly bytes: Buffer;
}

export interface BlobOptions extends CallOptions {
  readonly offset?: number;
  /** Of the registry itself, not of a mirror. */
  readonly atOrigin?: boolean | undefined;
}
