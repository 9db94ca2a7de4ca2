import type { CallOptions } from '../../../lib/abort.ts';
import type { Digest } from '../../../model/digest.ts';
import { formatImageReference, type ImageReference } from '../../../model/image-reference.ts';
import type { Platform } from '../../../model/platform.ts';
import { archiveSource, stageArchive } from '../archives/stage-archive.ts';
import type { Lease, Leases } from '../content/leases.ts';
import { imageNotFound } from '../reference-resolver.ts';
import type { RegistryClient } from '../registry/registry-client.ts';
import { type CopyProgress, copyTree } from './copy-image.ts';
import type { ImageDestination, ImageOrigin } from './image-places.ts';
import { type Choice, type ImageTree, readTree } from './image-tree.ts';
import { MemberDestination, type MemberSink } from './member-places.ts';
import { type DestinationPlace, parseDestination, parseSource, type SourcePlace } from './place-text.ts';
import { RegistryDestination, RegistryOrigin } from './registry-places.ts';
import { StoreDestination, StoreOrigin, type StoreParts, type StoreTarget } from './store-places.ts';

export interface ImageCopierParts extends StoreParts {
  readonly registry: RegistryClient;
  readonly platform: Platform;
  readonly leases: Leases;
  /** A name of the node means something else now. */
  readonly onNamed: (reference: ImageReference) => void;
}

export interface ImageCopyRequest extends CallOptions {
  /** See `parseSource`; several only into one archive. */
  readonly sources: readonly string[];
  /** See `parseDestination`. */
  readonly destination: string;
  readonly choice: Choice;
  /** Absent = the node's. */
  readonly platform?: Platform | undefined;
  readonly withReferrers?: boolean;
  /** The archive that an `archive:` source means. */
  readonly archive?: AsyncIterable<Uint8Array> | undefined;
  /** Where the members of an archive or folder go. */
  readonly sink?: MemberSink | undefined;
  readonly onProgress?: (progress: CopyProgress) => void;
}

export interface CopiedImage {
  /** As it was asked for. */
  readonly source: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Only one image of the source's index was copied, so the digest is not the source's. */
  readonly isOneOfIndex: boolean;
}

/** Copies images between registries, the store and archives, bit by bit. */
export class ImageCopier {
  readonly #parts: ImageCopierParts;

  constructor(parts: ImageCopierParts) {
    this.#parts = parts;
  }

  /** @throws TsorchError `image.*`, `registry.*`, `content.*` */
  async copy(request: ImageCopyRequest): Promise<readonly CopiedImage[]> {
    using lease = this.#parts.leases.open();
    const place = parseDestination(request.destination);
    const platform = request.platform ?? this.#parts.platform;
    const members = place.kind === 'members' ? this.#members(place.format, platform, request) : undefined;
    const copied: CopiedImage[] = [];
    for (const source of request.sources) {
      const from = parseSource(source);
      const origin = await this.#origin(from, request, lease);
      const tree = await readTree(origin, { choice: request.choice, platform }, request);
      const reference = from.kind === 'archive' ? undefined : from.reference;
      members?.begin({ label: labelOf(place), reference }, tree.root.descriptor.digest);
      const destination = members ?? (await this.#destination(place, { origin, tree, lease }));
      await copyTree(tree, { ...request, origin, destination });
      const { digest, mediaType } = tree.root.descriptor;
      copied.push({ source, digest, mediaType, isOneOfIndex: tree.isOneOfIndex === true });
    }
    await members?.finish();
    return copied;
  }

  async #origin(place: SourcePlace, request: ImageCopyRequest, lease: Lease): Promise<ImageOrigin> {
    const { registry, names } = this.#parts;
    if (place.kind === 'registry') return new RegistryOrigin(place.reference, registry, registry.catalog);
    if (place.kind === 'archive') {
      const parts = { ...this.#parts, lease, signal: request.signal };
      return new StoreOrigin(
        await stageArchive(archiveSource(request.archive), place.label, parts),
        this.#parts,
      );
    }
    const { reference } = place;
    const { digest } = reference;
    const target =
      names.find(formatImageReference(reference)) ?? (digest === undefined ? undefined : { digest });
    if (target === undefined) throw imageNotFound(reference, 'is not on this node');
    lease.hold(target.digest);
    return new StoreOrigin(target, this.#parts);
  }

  async #destination(
    place: DestinationPlace,
    {
      origin,
      tree,
      lease,
    }: { readonly origin: ImageOrigin; readonly tree: ImageTree; readonly lease: Lease },
  ): Promise<ImageDestination> {
    const { registry, content, names, onNamed } = this.#parts;
    if (place.kind === 'members') throw new TypeError('members have a destination of their own');
    const { reference } = place;
    if (place.kind === 'store') {
      const giveName: StoreTarget['giveName'] = (root) => {
        names.set(formatImageReference(reference), root);
        onNamed(reference);
      };
      return new StoreDestination({ content, lease, giveName });
    }
    const blobs = new Set(tree.blobs.map(({ digest }) => digest));
    const repositories = await origin.repositoriesOn(reference.domain, blobs);
    const mountFrom = repositories.filter((path) => path !== reference.path);
    return new RegistryDestination({ reference, writer: registry.writer, mountFrom });
  }

  #members(
    format: ConstructorParameters<typeof MemberDestination>[0],
    platform: Platform,
    { sink }: ImageCopyRequest,
  ): MemberDestination {
    if (sink === undefined) throw new TypeError('there is nobody to take the members');
    return new MemberDestination(format, platform, sink);
  }
}

function labelOf(place: DestinationPlace): string | undefined {
  return place.kind === 'members' ? place.label : undefined;
}
