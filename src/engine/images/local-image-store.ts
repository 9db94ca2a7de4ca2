import type { CallOptions } from '../../lib/abort.ts';
import { causeChain, TsorchError } from '../../lib/errors.ts';
import { SingleFlight } from '../../lib/single-flight.ts';
import type { EpochMs } from '../../model/brand.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import {
  familiarImageReference,
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../model/image-reference.ts';
import type { RefusedImage } from '../../model/observed-state.ts';
import { importArchive } from './archives/import-archive.ts';
import type { ContainerImage, ContainerImages } from './container-images.ts';
import { Leases } from './content/leases.ts';
import { type CopiedImage, ImageCopier, type ImageCopyRequest } from './copy/image-copier.ts';
import { describeImage } from './describe-image.ts';
import { mediaType } from './documents/media-types.ts';
import { fetchImage } from './fetch-image.ts';
import { ImageHousekeeping } from './image-housekeeping.ts';
import type {
  Collected,
  EnsureOptions,
  ExplainedTrust,
  ImageDetails,
  ImageManager,
  ImportOptions,
  PruneOptions,
  PruneReport,
  PullProgress,
  Reasons,
  RemoveOptions,
  StoredImage,
  VerifyOptions,
  VerifyReport,
} from './image-manager.ts';
import { ImageReader } from './image-reader.ts';
import type { ImageStore, NamedManifest } from './image-store.ts';
import type { ImageTransfers } from './image-transfers.ts';
import { LeadingDocuments } from './leading-documents.ts';
import type { LocalImageParts } from './local-image-parts.ts';
import { ImageTrust } from './policy/image-trust.ts';
import { PullListeners } from './pull-listeners.ts';
import { imageDamaged, imageNotFound, ReferenceResolver, requireReference } from './reference-resolver.ts';
import type { ReferrersOptions } from './registry/registry-catalog.ts';

/** Images of this node: names in the layout's index, content by digest, layers by diffID, the rest from registries. */
export class LocalImageStore implements ImageStore, ContainerImages, ImageManager, ImageTransfers {
  readonly #parts: LocalImageParts;
  readonly #leases: Leases;
  readonly #resolver: ReferenceResolver;
  readonly #trust: ImageTrust;
  #refusedAt: EpochMs = 0;
  readonly #fetches = new SingleFlight<void>();
  readonly #listeners = new PullListeners();
  readonly #reader: ImageReader;
  readonly #copier: ImageCopier;
  readonly #housekeeping: ImageHousekeeping;

  constructor(parts: LocalImageParts) {
    this.#parts = parts;
    this.#leases = new Leases(() => parts.clock.now());
    const resolver = new ReferenceResolver({ ...parts, leases: this.#leases });
    this.#resolver = resolver;
    this.#trust = new ImageTrust({
      policy: parts.policy,
      records: parts.trustRecords,
      registry: parts.registry,
      images: new LeadingDocuments({ ...parts, resolver, leases: this.#leases }),
      clock: parts.clock,
    });
    this.#reader = new ImageReader({ ...parts, resolver });
    this.#housekeeping = new ImageHousekeeping({
      ...parts,
      resolver,
      leases: this.#leases,
      trust: this.#trust,
    });
    const onNamed = (reference: ImageReference) => resolver.forget(reference);
    this.#copier = new ImageCopier({ ...parts, leases: this.#leases, onNamed });
  }

  async resolve(
    image: { readonly reference: string; readonly pullPolicy: 'always' | 'missing' | 'never' },
    options: CallOptions = {},
  ): Promise<Digest> {
    const reference = requireReference(image.reference);
    // A digest means the same for ever, so there is nothing to ask for.
    const mayBeOld = image.pullPolicy !== 'always' || reference.digest !== undefined;
    const here = mayBeOld ? await this.#resolver.findHere(reference) : undefined;
    if (here === undefined && image.pullPolicy === 'never')
      throw imageNotFound(reference, 'is not on this node, and its pull policy is "never"');
    const manifest = here ?? (await this.#resolver.askRegistry(reference, options));
    await this.#trust.admit({ reference, manifest }, options);
    return manifest;
  }

  async ensure(
    image: { readonly reference: string; readonly manifest: Digest },
    { signal, onProgress }: EnsureOptions = {},
  ): Promise<void> {
    const reference = requireReference(image.reference);
    const { manifest } = image;
    using _ = this.#listeners.add(manifest, onProgress);
    // Before the first byte of a layer; whoever joins may know the image by a name with another rule.
    await this.#trust.admit({ reference, manifest }, { signal });
    await this.#fetches.run(manifest, (until) => this.#bringIn(reference, manifest, until), { signal });
    // Whoever joined may know the image by another name.
    this.#resolver.giveName(reference, manifest);
  }

  async ready(manifests: readonly Digest[]): Promise<readonly Digest[]> {
    const found = await Promise.all(manifests.map((manifest) => this.#isReady(manifest)));
    return manifests.filter((_, at) => found[at]);
  }

  async refused(
    images: readonly NamedManifest[],
    { signal }: CallOptions = {},
  ): Promise<readonly RefusedImage[]> {
    const asked = images.map(async ({ reference: text, manifest }) => {
      const image = { reference: requireReference(text), manifest };
      const refusal = await this.#trust.refusal(image, { signal, mayBeOld: true });
      return refusal === undefined ? [] : [{ reference: text, manifest, ...refusal }];
    });
    const refused = (await Promise.all(asked)).flat();
    if (refused.length > 0) this.#refusedAt = this.#parts.clock.now();
    return refused;
  }

  /** A stack wanted an image since then that was refused: it may have been signed meanwhile. */
  hasRefusedSince(time: EpochMs): boolean {
    return this.#refusedAt >= time;
  }

  admit({ reference: text, manifest }: NamedManifest, options: CallOptions = {}): Promise<void> {
    return this.#trust.admit({ reference: requireReference(text), manifest }, options);
  }

  async explainTrust(text: string, options: CallOptions = {}): Promise<ExplainedTrust> {
    const reference = requireReference(text);
    const here = await this.#resolver.findHere(reference);
    const manifest = here ?? (await this.#resolver.askRegistry(reference, options));
    const { cause, ...judgement } = await this.#trust.judge(
      { reference, manifest },
      { ...options, afresh: true },
    );
    return {
      reference: familiarImageReference(reference),
      manifest,
      isHere: here !== undefined,
      ...judgement,
      ...(cause === undefined ? {} : { failure: causeChain(cause).join(': ') }),
    };
  }

  async open(manifest: Digest): Promise<ContainerImage> {
    const image = await this.#reader.open(manifest);
    this.#parts.content.touch(manifest);
    if (image !== undefined) return image;
    throw new TsorchError<ErrorCode>('image.not-found', `image ${manifest} is not on this node`, {
      object: manifest,
    });
  }

  async list(): Promise<readonly StoredImage[]> {
    const images = [...this.#parts.names.list().keys()].map(async (name) => {
      const reference = parseImageReference(name);
      // One that is broken or for another platform must not hide the others.
      return reference === undefined ? undefined : this.#reader.summarize(reference).catch(() => undefined);
    });
    const described = (await Promise.all(images)).filter((image) => image !== undefined);
    return described.sort((a, b) => (a.reference < b.reference ? -1 : 1));
  }

  async pull(text: string, options: EnsureOptions = {}): Promise<StoredImage> {
    const reference = requireReference(text);
    const manifest = await this.#resolver.askRegistry(reference, options);
    await this.ensure({ reference: text, manifest }, options);
    return this.#reader.summarize(reference);
  }

  async importArchive(
    data: AsyncIterable<Uint8Array>,
    { reference, ...options }: ImportOptions,
  ): Promise<readonly StoredImage[]> {
    const wanted = reference === undefined ? undefined : requireReference(reference);
    using lease = this.#leases.open();
    const imported = await importArchive(data, { ...this.#parts, ...options, lease, wanted });
    // Only now, when all of it is here and unpacked: an import that failed has named nothing.
    for (const { name, target } of imported) {
      this.#parts.names.set(formatImageReference(name), target, { isImported: true });
      this.#resolver.forget(name);
    }
    return Promise.all(imported.map(({ name }) => this.#reader.summarize(name)));
  }

  copy(request: ImageCopyRequest): Promise<readonly CopiedImage[]> {
    return this.#copier.copy(request);
  }

  tags(repository: string, options: CallOptions = {}): Promise<readonly string[]> {
    return this.#parts.registry.catalog.tags(requireReference(repository), options);
  }

  async referrers(text: string, options: ReferrersOptions = {}): Promise<readonly Descriptor[]> {
    const { registry } = this.#parts;
    const reference = requireReference(text);
    const digest = reference.digest ?? (await registry.resolve(reference, options)).digest;
    return registry.catalog.referrers(reference, digest, options);
  }

  async inspect(text: string): Promise<ImageDetails> {
    const reference = requireReference(text);
    const manifest = await this.#resolver.findHere(reference);
    if (manifest === undefined && this.#parts.names.find(formatImageReference(reference)) !== undefined)
      throw imageDamaged(reference);
    if (manifest === undefined) throw imageNotFound(reference, 'is not on this node');
    const details = await describeImage(reference, manifest, this.#parts);
    if (details === undefined) throw imageDamaged(reference);
    return details;
  }

  async tag(text: string, name: string): Promise<void> {
    const { names } = this.#parts;
    const [source, added] = [requireReference(text), requireReference(name)];
    if (added.digest !== undefined)
      throw new TsorchError<ErrorCode>(
        'image.bad-reference',
        `"${name}" has a digest, so it cannot be given`,
        {
          object: name,
        },
      );
    const { target } = await this.inspect(text);
    const isImported = names.isImported(formatImageReference(source));
    const known = names.find(formatImageReference(source)) ?? { ...target, mediaType: mediaType.manifest };
    names.set(formatImageReference(added), known, { isImported });
    this.#resolver.forget(added);
  }

  async remove(text: string, { inUse = new Map() }: RemoveOptions = {}): Promise<void> {
    const reference = requireReference(text);
    const { names } = this.#parts;
    const name = formatImageReference(reference);
    if (names.find(name) === undefined) throw imageNotFound(reference, 'is not on this node');
    const user = await this.#userOfLastName(reference, inUse);
    if (user !== undefined) throw inUseBy(user, reference);
    names.remove(name);
    this.#resolver.forget(reference);
    await this.collectGarbage(inUse);
  }

  collectGarbage(inUse: ReadonlyMap<Digest, string>): Promise<Collected> {
    return this.#housekeeping.collectGarbage(inUse);
  }

  prune(options: PruneOptions): Promise<PruneReport> {
    return this.#housekeeping.prune(options);
  }

  removeLongestUnused(inUse: ReadonlyMap<Digest, string>): Promise<string | undefined> {
    return this.#housekeeping.removeLongestUnused(inUse);
  }

  why(object: string, options: RemoveOptions): Promise<Reasons> {
    return this.#housekeeping.why(object, options);
  }

  verify(options: VerifyOptions): Promise<VerifyReport> {
    return this.#housekeeping.verify(options);
  }

  async #bringIn(reference: ImageReference, manifest: Digest, signal: AbortSignal): Promise<void> {
    using lease = this.#leases.open();
    const onProgress = (progress: PullProgress): void => this.#listeners.tell(manifest, progress);
    await fetchImage(manifest, this.#parts, { reference, lease, signal, onProgress });
    // Before the lease ends: at no moment has the content no owner.
    this.#resolver.giveName(reference, manifest);
  }

  async #isReady(manifest: Digest): Promise<boolean> {
    const { directories } = this.#parts;
    // Broken documents are told by `ensure`, which is what follows.
    const image = await this.#reader.open(manifest).catch(() => undefined);
    return image?.layers.every((diffId) => directories.has(diffId)) ?? false;
  }

  /** Who would be left with an image without a name. */
  async #userOfLastName(
    reference: ImageReference,
    inUse: ReadonlyMap<Digest, string>,
  ): Promise<string | undefined> {
    const manifest = await this.#resolver.findHere(reference).catch(() => undefined);
    const user = manifest === undefined ? undefined : inUse.get(manifest);
    if (user === undefined) return undefined;
    const others = (await this.list()).filter((image) => image.manifest === manifest);
    return others.length > 1 ? undefined : user;
  }
}

function inUseBy(user: string, reference: ImageReference): TsorchError<ErrorCode> {
  const name = familiarImageReference(reference);
  return new TsorchError('image.in-use', `image ${name} is used by ${user}`, { object: name });
}
