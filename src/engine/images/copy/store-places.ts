import type { CallOptions } from '../../../lib/abort.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { parseImageReference } from '../../../model/image-reference.ts';
import type { ContentStore } from '../content/content-store.ts';
import type { ImageNames } from '../content/image-names.ts';
import type { Lease } from '../content/leases.ts';
import { readManifestDocument } from '../documents/manifest.ts';
import type { DocumentKey } from '../manifest-reader.ts';
import type { BlobTransfer, CopiedDocument, ImageDestination, ImageOrigin } from './image-places.ts';

export interface StoreParts {
  readonly content: ContentStore;
  readonly names: ImageNames;
}

/** So many other images of a registry are looked at for where its blobs may be. */
const maxNamesSeen = 200;
const maxRepositories = 4;

/** An image whose blobs are in the store. */
export class StoreOrigin implements ImageOrigin {
  readonly #target: DocumentKey;
  readonly #parts: StoreParts;

  constructor(target: DocumentKey, parts: StoreParts) {
    this.#target = target;
    this.#parts = parts;
  }

  async root(): Promise<CopiedDocument> {
    const { digest } = this.#target;
    const bytes = await this.#parts.content.read(digest);
    if (bytes === undefined) throw notHere(digest);
    const { mediaType } = readManifestDocument(bytes, `manifest ${digest}`, this.#target.mediaType);
    return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
  }

  document({ digest }: DocumentKey): Promise<Buffer | undefined> {
    return this.#parts.content.read(digest);
  }

  blob({ digest, size }: Descriptor, { offset }: { readonly offset: number }): AsyncIterable<Uint8Array> {
    const { content } = this.#parts;
    if (content.size(digest) !== size) throw notHere(digest);
    return content.stream(digest, offset);
  }

  /**
   * The node keeps no list of where a blob came from: images that have names of that registry say it well enough, and a
   * registry that knows better simply asks for the bytes.
   */
  async repositoriesOn(domain: string, blobs: ReadonlySet<Digest>): Promise<readonly string[]> {
    const found = new Set<string>();
    const names = [...this.#parts.names.list()].flatMap(([name, target]) => {
      const reference = parseImageReference(name);
      return reference?.domain === domain ? [{ path: reference.path, target }] : [];
    });
    for (const { path, target } of names.slice(0, maxNamesSeen)) {
      if (found.size === maxRepositories) break;
      if (!found.has(path) && (await this.#hasAny(target, blobs))) found.add(path);
    }
    return [...found];
  }

  referrers(): Promise<readonly Descriptor[]> {
    return Promise.resolve([]);
  }

  async #hasAny(target: DocumentKey, blobs: ReadonlySet<Digest>): Promise<boolean> {
    const bytes = await this.#parts.content.read(target.digest).catch(() => undefined);
    if (bytes === undefined) return false;
    const document = readManifestDocument(bytes, target.digest);
    if (document.kind === 'manifest')
      return [document.config, ...document.layers].some(({ digest }) => blobs.has(digest));
    for (const child of document.manifests) if (await this.#hasAny(child, blobs)) return true;
    return false;
  }
}

export interface StoreTarget {
  readonly content: ContentStore;
  /** Holds what no name leads to yet. */
  readonly lease: Lease;
  readonly giveName: (root: Descriptor) => void;
}

/** The store of the node; layers are unpacked when a container needs them. */
export class StoreDestination implements ImageDestination {
  readonly blobsAtOnce = 3;
  readonly takesForeignLayers = true;
  readonly #target: StoreTarget;

  constructor(target: StoreTarget) {
    this.#target = target;
  }

  /** A document may be here without what it names. */
  has(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async putBlob(blob: Descriptor, { open, onProgress, signal }: BlobTransfer): Promise<void> {
    const { content, lease } = this.#target;
    lease.hold(blob.digest);
    const counted = async function* (offset: number, until: AbortSignal): AsyncGenerator<Uint8Array> {
      let received = offset;
      for await (const chunk of open(offset, until)) {
        received += chunk.length;
        onProgress(received);
        yield chunk;
      }
    };
    await content.ingestExpected(blob, counted, { signal });
  }

  async putDocument({ descriptor, bytes }: CopiedDocument, { signal }: CallOptions): Promise<void> {
    const { content, lease } = this.#target;
    lease.hold(descriptor.digest);
    await content.ingestExpected(descriptor, (offset) => once(bytes.subarray(offset)), { signal });
  }

  name({ descriptor }: CopiedDocument): Promise<void> {
    this.#target.giveName(descriptor);
    return Promise.resolve();
  }
}

function notHere(digest: Digest): TsorchError<ErrorCode> {
  return new TsorchError('image.not-found', `${digest}, which the image needs, is not on this node`, {
    object: digest,
    hint: 'pull the image again',
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
