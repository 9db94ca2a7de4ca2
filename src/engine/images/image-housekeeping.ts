import { TsorchError } from '../../lib/errors.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import {
  familiarImageReference,
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../model/image-reference.ts';
import { type CollectOptions, collectGarbage, heldNow } from './collect-garbage.ts';
import type { Leases } from './content/leases.ts';
import type {
  Collected,
  PruneOptions,
  PruneReport,
  Reasons,
  RemoveOptions,
  VerifyOptions,
  VerifyReport,
} from './image-manager.ts';
import { findLiveContent } from './live-content.ts';
import type { LocalImageParts } from './local-image-parts.ts';
import type { ImageTrust } from './policy/image-trust.ts';
import { imageNotFound, type ReferenceResolver, requireReference } from './reference-resolver.ts';
import { verifyImages } from './verify-images.ts';

interface ImageHousekeepingParts extends LocalImageParts {
  readonly leases: Leases;
  readonly resolver: ReferenceResolver;
  readonly trust: ImageTrust;
}

interface UnusedImage {
  readonly reference: ImageReference;
  /** Undefined when it is broken. */
  readonly manifest: Digest | undefined;
}

/** What is kept and why, what goes, and whether what is kept is whole. */
export class ImageHousekeeping {
  readonly #parts: ImageHousekeepingParts;

  constructor(parts: ImageHousekeepingParts) {
    this.#parts = parts;
  }

  async collectGarbage(inUse: ReadonlyMap<Digest, string>): Promise<Collected> {
    const { blobs, layers } = await this.#sweep({ inUse });
    return { blobs, layers };
  }

  async prune({ inUse, all, dryRun }: PruneOptions): Promise<PruneReport> {
    const { names, resolver } = this.#parts;
    const unused = all ? (await this.#unused(inUse)).map(({ reference }) => reference) : [];
    if (!dryRun) {
      for (const reference of unused) {
        names.remove(formatImageReference(reference));
        resolver.forget(reference);
      }
    }
    const without = new Set(unused.map(formatImageReference));
    const collected = await this.#sweep({ inUse, dryRun, ...(dryRun ? { without } : {}) });
    return { ...collected, names: unused.map(familiarImageReference).sort() };
  }

  async removeLongestUnused(inUse: ReadonlyMap<Digest, string>): Promise<string | undefined> {
    const { content, names, resolver } = this.#parts;
    const usedAt = new Map((await content.list()).map(({ digest, writtenAt }) => [digest, writtenAt]));
    const candidates = (await this.#unused(inUse)).filter(
      ({ reference }) => !names.isImported(formatImageReference(reference)),
    );
    const age = ({ manifest }: UnusedImage) => (manifest && usedAt.get(manifest)) ?? 0;
    const [longest] = candidates.sort((a, b) => age(a) - age(b));
    if (longest === undefined) return undefined;
    names.remove(formatImageReference(longest.reference));
    resolver.forget(longest.reference);
    await this.#sweep({ inUse });
    return familiarImageReference(longest.reference);
  }

  /** `object` is a name or the digest of a blob or layer. */
  async why(object: string, { inUse = new Map() }: RemoveOptions): Promise<Reasons> {
    const { content, directories, leases } = this.#parts;
    const digest = isDigest(object) ? object : this.#digestOf(requireReference(object));
    if (content.size(digest) === undefined && !directories.has(digest))
      throw new TsorchError<ErrorCode>('image.not-found', `${digest} is neither a blob nor a layer here`, {
        object: digest,
      });
    const reasons = (await findLiveContent(this.#parts, { inUse })).reasons(digest);
    return { digest, reasons: leases.holds(digest) ? [...reasons, heldNow] : reasons };
  }

  async verify({ references, all, repair, signal }: VerifyOptions): Promise<VerifyReport> {
    const { leases, names, resolver } = this.#parts;
    using lease = leases.open();
    const wanted = references.map(requireReference);
    const known = [...names.list().keys()].flatMap((name) => parseImageReference(name) ?? []);
    const targets = (wanted.length > 0 ? wanted : known).map((reference) => {
      const target = names.find(formatImageReference(reference));
      if (target === undefined) throw imageNotFound(reference, 'is not on this node');
      return { reference, target, manifest: () => resolver.findHere(reference) };
    });
    const until = signal ?? new AbortController().signal;
    return verifyImages(this.#parts, { targets, all, repair, lease, signal: until });
  }

  async #sweep(options: CollectOptions): Promise<Omit<PruneReport, 'names'>> {
    const { content, trust } = this.#parts;
    const collected = await collectGarbage(this.#parts, options);
    trust.prune((manifest) => content.size(manifest) !== undefined);
    return collected;
  }

  #digestOf(reference: ImageReference): Digest {
    const digest = this.#parts.names.find(formatImageReference(reference))?.digest ?? reference.digest;
    if (digest === undefined) throw imageNotFound(reference, 'is not on this node');
    return digest;
  }

  /** Names whose image, for this machine, nobody uses; one that is broken has no user either. */
  async #unused(inUse: ReadonlyMap<Digest, string>): Promise<readonly UnusedImage[]> {
    const named = [...this.#parts.names.list().keys()].map(async (name) => {
      const reference = parseImageReference(name);
      if (reference === undefined) return [];
      const manifest = await this.#parts.resolver.findHere(reference).catch(() => undefined);
      return manifest !== undefined && inUse.has(manifest) ? [] : [{ reference, manifest }];
    });
    return (await Promise.all(named)).flat();
  }
}
