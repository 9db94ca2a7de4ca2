import type { CallOptions } from '../../../lib/abort.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ImageReference } from '../../../model/image-reference.ts';
import { readManifestDocument } from '../documents/manifest.ts';
import type { DocumentKey } from '../manifest-reader.ts';
import type { RegistryCatalog } from '../registry/registry-catalog.ts';
import type { RegistryClient } from '../registry/registry-client.ts';
import type { RegistryWriter } from '../registry/registry-writer.ts';
import type { BlobTransfer, CopiedDocument, ImageDestination, ImageOrigin } from './image-places.ts';

/** An image of a registry. */
export class RegistryOrigin implements ImageOrigin {
  readonly #reference: ImageReference;
  readonly #registry: RegistryClient;
  readonly #catalog: RegistryCatalog;

  constructor(reference: ImageReference, registry: RegistryClient, catalog: RegistryCatalog) {
    this.#reference = reference;
    this.#registry = registry;
    this.#catalog = catalog;
  }

  async root(options: CallOptions): Promise<CopiedDocument> {
    const { descriptor, bytes } = await this.#registry.fetchDocument(this.#reference, {}, options);
    const { digest, size, mediaType: told } = descriptor;
    const type = told === '' ? undefined : told;
    const { mediaType } = readManifestDocument(bytes, `manifest ${digest}`, type);
    return { descriptor: { mediaType, digest, size }, bytes };
  }

  async document(key: DocumentKey, options: CallOptions): Promise<Buffer> {
    return (await this.#registry.fetchDocument(this.#reference, key, options)).bytes;
  }

  blob(blob: Descriptor, options: CallOptions & { readonly offset: number }): AsyncIterable<Uint8Array> {
    return this.#registry.fetchBlob(this.#reference, blob, options);
  }

  repositoriesOn(domain: string): Promise<readonly string[]> {
    return Promise.resolve(domain === this.#reference.domain ? [this.#reference.path] : []);
  }

  referrers(digest: Digest, options: CallOptions): Promise<readonly Descriptor[]> {
    return this.#catalog.referrers(this.#reference, digest, options);
  }
}

export interface RegistryTarget {
  /** With a tag, or with a digest, which is then the only name. */
  readonly reference: ImageReference;
  readonly writer: RegistryWriter;
  /** Repositories of the same registry that may have some of the blobs. */
  readonly mountFrom: readonly string[];
}

/** A repository of a registry. */
export class RegistryDestination implements ImageDestination {
  readonly blobsAtOnce = 3;
  readonly takesForeignLayers = false;
  readonly #target: RegistryTarget;

  constructor(target: RegistryTarget) {
    this.#target = target;
  }

  has(document: Descriptor, { signal }: CallOptions): Promise<boolean> {
    const { writer, reference, mountFrom } = this.#target;
    return writer.hasDocument(reference, document, { signal, mountFrom });
  }

  async putBlob(blob: Descriptor, { open, onProgress, signal }: BlobTransfer): Promise<void> {
    const { writer, reference, mountFrom } = this.#target;
    await writer.putBlob(reference, blob, {
      open: (offset) => open(offset, signal),
      onProgress,
      mountFrom,
      signal,
    });
  }

  async putDocument(document: CopiedDocument, options: CallOptions): Promise<void> {
    await this.#put(document, undefined, options);
  }

  async name(root: CopiedDocument, options: CallOptions): Promise<void> {
    const { tag, digest } = this.#target.reference;
    if (tag !== undefined && digest === undefined) await this.#put(root, tag, options);
  }

  #put(document: CopiedDocument, tag: string | undefined, { signal }: CallOptions): Promise<void> {
    const { writer, reference, mountFrom } = this.#target;
    return writer.putDocument(reference, { ...document, tag }, { signal, mountFrom });
  }
}
