import type { CallOptions } from '../../../lib/abort.ts';
import type { ImageReference } from '../../../model/image-reference.ts';
import type { Descriptor } from '../documents.ts';

/**
 * What the image manager needs of registries (distribution-spec 1.1, pull). Bytes are not checked here: whoever stores
 * them compares digests.
 *
 * All throw TsorchError `registry.unreachable` (retryable), `registry.denied`, `registry.protocol`.
 */
export interface RegistryClient {
  /** What the reference's tag or digest stands for now, without its content (HEAD); undefined = the registry has it not. */
  resolve(reference: ImageReference, options?: CallOptions): Promise<Descriptor | undefined>;

  /** A manifest or index of the reference's repository. @throws TsorchError `image.not-found` */
  fetchDocument(reference: ImageReference, target: Descriptor, options?: CallOptions): Promise<Buffer>;

  /** Bytes of a blob; a connection that breaks is taken up again where it broke. @throws TsorchError `image.not-found` */
  fetchBlob(reference: ImageReference, target: Descriptor, options?: CallOptions): AsyncIterable<Uint8Array>;
}
