import type { CallOptions } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import { causeChain, TsorchError } from '../../lib/errors.ts';
import { SingleFlight } from '../../lib/single-flight.ts';
import type { EpochMs } from '../../model/brand.ts';

import type { Descriptor } from '../../model/descriptor.ts';
import { type Digest, isDigest } from '../../model/digest.ts';

import type { ErrorCode } from '../../model/error-code.ts';
import {
  familiarImageReference,
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../model/image-reference.ts';
import type { RefusedImage } from '../../model/observed-state.ts';
import type { Platform } from '../../model/platform.ts';
import { importArchive } from './archives/import-archive.ts';
import { type CollectOptions, collectGarbage, heldNow } from './collect-garbage.ts';
import type { ContainerImage, ContainerImages } from './container-images.ts';
import type { ContentStore } from './content/content-store.ts';
import type { ImageNames } from './content/image-names.ts';
import { Leases } from './content/leases.ts';
import { type CopiedImage, ImageCopier, type ImageCopyRequest } from './copy/image-copier.ts';
import { describeImage, summarize } from './describe-image.ts';
import { mediaType } from './documents/media-types.ts';
import { fetchImage } from './fetch-image.ts';
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
import type { ImageStore, NamedManifest } from './image-store.ts';
import type { ImageTransfers } from './image-transfers.ts';
import type { LayerDirectories } from './layer-directories.ts';
import type { LayerUnpacker } from './layer-unpacker.ts';
import { LeadingDocuments } from './leading-documents.ts';
import { findLiveContent } from './live-content.ts';
import { readImage } from './manifest-reader.ts';
import { ImageTrust } from './policy/image-trust.ts';
import type { TrustPolicySource } from './policy/trust-policy.ts';
import type { TrustRecords } from './policy/trust-records.ts';
import { imageNotFound, ReferenceResolver, requireReference } from './reference-resolver.ts';
import type { ReferrersOptions } from './registry/registry-catalog.ts';
import type { RegistryClient } from './registry/registry-client.ts';
import { verifyImages } from './verify-images.ts';

export interface LocalImageStoreParts {
  readonly content: ContentStore;
  readonly names: ImageNames;
  readonly layers: LayerUnpacker;
  readonly directories: LayerDirectories;
  readonly registry: RegistryClient;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly policy: TrustPolicySource;
  readonly trustRecords: TrustRecords;
}

/** Images of this node: names in the layout's index, content by digest, layers by diffID, the rest from registries. */
export class LocalImageStore implements ImageStore, ContainerImages, ImageManager, ImageTransfers {
  readonly #parts: LocalImageStoreParts;
  readonly #leases: Leases;
  readonly #resolver: ReferenceResolver;
  readonly #trust: ImageTrust;
  #refusedAt: EpochMs = 0;
  readonly #fetches = new SingleFlight<void>();
  readonly #listeners = new Map<Digest, Set<(progress: PullProgress) => void>>();
  /** By manifest. Never stale: the one follows from the other. */
  readonly #opened = new Map<Digest, ContainerImage>();
  readonly #copier: ImageCopier;
  /** By manifest, with the configuration that must be here too. */
  readonly #summaries = new Map<Digest, { readonly config: Digest; readonly summary: StoredImage }>();

  constructor(parts: LocalImageStoreParts) {
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
    using _ = this.#listen(manifest, onProgress);
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
    const isHere = this.#parts.content.size(manifest) !== undefined;
    const image = isHere ? await this.#read(manifest) : undefined;
    if (image !== undefined) return image;
    throw new TsorchError<ErrorCode>('image.not-found', `image ${manifest} is not on this node`, {
      object: manifest,
    });
  }

  async list(): Promise<readonly StoredImage[]> {
    const images = [...this.#parts.names.list().keys()].map(async (name) => {
      const reference = parseImageReference(name);
      // One that is broken or for another platform must not hide the others.
      return reference === undefined ? undefined : this.#describe(reference).catch(() => undefined);
    });
    const described = (await Promise.all(images)).filter((image) => image !== undefined);
    return described.sort((a, b) => (a.reference < b.reference ? -1 : 1));
  }

  async pull(text: string, options: EnsureOptions = {}): Promise<StoredImage> {
    const reference = requireReference(text);
    const manifest = await this.#resolver.askRegistry(reference, options);
    await this.ensure({ reference: text, manifest }, options);
    return this.#describe(reference);
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
    return Promise.all(imported.map(({ name }) => this.#describe(name)));
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
    if (manifest === undefined) throw imageNotFound(reference, 'is not on this node');
    const details = await describeImage(reference, manifest, this.#parts);
    if (details === undefined) throw imageNotFound(reference, 'is not complete');
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

  async collectGarbage(inUse: ReadonlyMap<Digest, string>): Promise<Collected> {
    const { blobs, layers } = await this.#sweep({ inUse });
    return { blobs, layers };
  }

  async #sweep(options: CollectOptions): Promise<Omit<PruneReport, 'names'>> {
    const collected = await collectGarbage({ ...this.#parts, leases: this.#leases }, options);
    this.#trust.prune((manifest) => this.#parts.content.size(manifest) !== undefined);
    return collected;
  }

  async prune({ inUse, all, dryRun }: PruneOptions): Promise<PruneReport> {
    const { names } = this.#parts;
    const unused = all ? await this.#unusedNames(inUse) : [];
    if (!dryRun) {
      for (const reference of unused) {
        names.remove(formatImageReference(reference));
        this.#resolver.forget(reference);
      }
    }
    const without = new Set(unused.map(formatImageReference));
    const collected = await this.#sweep({ inUse, dryRun, ...(dryRun ? { without } : {}) });
    return { ...collected, names: unused.map(familiarImageReference).sort() };
  }

  async why(text: string, { inUse = new Map() }: RemoveOptions): Promise<Reasons> {
    const { content, directories } = this.#parts;
    const digest = isDigest(text) ? text : (await this.inspect(text)).target.digest;
    if (content.size(digest) === undefined && !directories.has(digest))
      throw new TsorchError<ErrorCode>('image.not-found', `${digest} is neither a blob nor a layer here`, {
        object: digest,
      });
    const reasons = (await findLiveContent(this.#parts, { inUse })).reasons(digest);
    return { digest, reasons: this.#leases.holds(digest) ? [...reasons, heldNow] : reasons };
  }

  async verify({ references, all, repair, signal }: VerifyOptions): Promise<VerifyReport> {
    using lease = this.#leases.open();
    const { names } = this.#parts;
    const wanted = references.map(requireReference);
    const known = [...names.list().keys()].flatMap((name) => parseImageReference(name) ?? []);
    const targets = (wanted.length > 0 ? wanted : known).map((reference) => {
      const target = names.find(formatImageReference(reference));
      if (target === undefined) throw imageNotFound(reference, 'is not on this node');
      return { reference, target, manifest: () => this.#resolver.findHere(reference) };
    });
    const until = signal ?? new AbortController().signal;
    return verifyImages(this.#parts, { targets, all, repair, lease, signal: until });
  }

  /** Names whose image, for this machine, nobody uses; one that is broken has no user either. */
  async #unusedNames(inUse: ReadonlyMap<Digest, string>): Promise<readonly ImageReference[]> {
    const named = [...this.#parts.names.list().keys()].map(async (name) => {
      const reference = parseImageReference(name);
      if (reference === undefined) return [];
      const manifest = await this.#resolver.findHere(reference).catch(() => undefined);
      return manifest !== undefined && inUse.has(manifest) ? [] : [reference];
    });
    return (await Promise.all(named)).flat();
  }

  async #bringIn(reference: ImageReference, manifest: Digest, signal: AbortSignal): Promise<void> {
    using lease = this.#leases.open();
    const onProgress = (progress: PullProgress): void => {
      for (const listener of this.#listeners.get(manifest) ?? []) listener(progress);
    };
    await fetchImage(manifest, this.#parts, { reference, lease, signal, onProgress });
    // Before the lease ends: at no moment has the content no owner.
    this.#resolver.giveName(reference, manifest);
  }

  #listen(manifest: Digest, listener: EnsureOptions['onProgress']): Disposable {
    if (listener === undefined) return { [Symbol.dispose]: () => {} };
    const listeners = this.#listeners.get(manifest) ?? new Set();
    this.#listeners.set(manifest, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#listeners.delete(manifest);
      },
    };
  }

  async #isReady(manifest: Digest): Promise<boolean> {
    const { content, directories } = this.#parts;
    if (content.size(manifest) === undefined) return false;
    // Broken documents are told by `ensure`, which is what follows.
    const image = await this.#read(manifest).catch(() => undefined);
    return image?.layers.every((diffId) => directories.has(diffId)) ?? false;
  }

  async #read(manifest: Digest): Promise<ContainerImage | undefined> {
    const known = this.#opened.get(manifest);
    if (known !== undefined) return known;
    const read = await readImage(this.#parts.content, manifest);
    if (read === undefined) return undefined;
    const image = { config: read.config.config, layers: read.config.diffIds };
    this.#opened.set(manifest, image);
    return image;
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

  async #describe(reference: ImageReference): Promise<StoredImage> {
    const { content } = this.#parts;
    const manifest = await this.#resolver.findHere(reference);
    if (manifest === undefined) throw imageNotFound(reference, 'is not complete');
    const known = this.#summaries.get(manifest);
    const isHere = (digest: Digest) => content.size(digest) !== undefined;
    if (known !== undefined && isHere(manifest) && isHere(known.config))
      return { ...known.summary, reference: familiarImageReference(reference) };
    const image = await readImage(content, manifest);
    if (image === undefined) throw imageNotFound(reference, 'is not complete');
    const summary = summarize(reference, manifest, image);
    this.#summaries.set(manifest, { config: image.manifest.config.digest, summary });
    return summary;
  }
}

function inUseBy(user: string, reference: ImageReference): TsorchError<ErrorCode> {
  const name = familiarImageReference(reference);
  return new TsorchError('image.in-use', `image ${name} is used by ${user}`, { object: name });
}
