import type { CallOptions } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import {
  familiarImageReference,
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../model/image-reference.ts';
import type { Platform } from '../../model/platform.ts';
import type { ContentStore } from './content/content-store.ts';
import type { ImageNames } from './content/image-names.ts';
import type { Leases } from './content/leases.ts';
import { mediaType } from './documents/media-types.ts';
import { fetchDocument } from './fetch-image.ts';
import { type DocumentKey, findManifest } from './manifest-reader.ts';
import type { RegistryClient } from './registry/registry-client.ts';

export interface ReferenceResolverParts {
  readonly content: ContentStore;
  readonly names: ImageNames;
  readonly registry: RegistryClient;
  readonly platform: Platform;
  readonly leases: Leases;
}

/** What a name meant when its registry was asked: the index or manifest of that name, and the manifest for this platform. */
interface Resolution {
  readonly target: Descriptor;
  readonly manifest: Digest;
}

/**
 * From names to manifests. Asking a registry is an observation and changes no name of this node; the answer is kept until the
 * image has been brought in, and only then given the name (`giveName`).
 */
export class ReferenceResolver {
  readonly #parts: ReferenceResolverParts;
  readonly #resolutions = new Map<string, Resolution>();

  constructor(parts: ReferenceResolverParts) {
    this.#parts = parts;
  }

  /** The manifest for this platform that a name of this node means; undefined = unknown here. */
  async findHere(reference: ImageReference): Promise<Digest | undefined> {
    const { names, content, platform } = this.#parts;
    const { digest } = reference;
    const named = names.find(formatImageReference(reference));
    const target = named ?? (digest === undefined ? undefined : { digest });
    if (target === undefined) return undefined;
    const manifest = await findManifest(target, platform, (key) => content.read(key.digest));
    return manifest !== undefined && content.size(manifest) !== undefined ? manifest : undefined;
  }

  /** @throws TsorchError as ImageStore.resolve */
  async askRegistry(reference: ImageReference, { signal }: CallOptions): Promise<Digest> {
    const { registry, platform, leases } = this.#parts;
    using lease = leases.open();
    const target = await registry.resolve(reference, { signal });
    const fetch = (key: DocumentKey) => fetchDocument(key, this.#parts, { reference, lease, signal });
    const manifest = await findManifest(target, platform, fetch);
    if (manifest === undefined) throw imageNotFound(reference, 'does not exist');
    this.#resolutions.set(formatImageReference(reference), { target, manifest });
    return manifest;
  }

  /** Names an image that is here now. A name that the node has already stays, unless its registry said something newer. */
  giveName(reference: ImageReference, manifest: Digest): void {
    const { names, content } = this.#parts;
    const name = formatImageReference(reference);
    const resolution = this.#resolutions.get(name);
    if (resolution?.manifest === manifest) {
      this.#resolutions.delete(name);
      if (names.find(name)?.digest !== resolution.target.digest) names.set(name, resolution.target);
    } else if (names.find(name) === undefined) {
      const size = content.size(manifest) ?? 0;
      names.set(name, { digest: manifest, mediaType: mediaType.manifest, size });
    }
  }

  /** What the name stands for, here or by its registry's last word: an index, or the manifest itself. */
  targets(reference: ImageReference): readonly Digest[] {
    const name = formatImageReference(reference);
    const known = [this.#parts.names.find(name)?.digest, this.#resolutions.get(name)?.target.digest];
    return [...known, reference.digest].filter((digest) => digest !== undefined);
  }

  /** The name was given to something else: what its registry said before is no news any more. */
  forget(reference: ImageReference): void {
    this.#resolutions.delete(formatImageReference(reference));
  }
}

/** @throws TsorchError `image.bad-reference` */
export function requireReference(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference !== undefined) return reference;
  throw new TsorchError<ErrorCode>('image.bad-reference', `"${text}" is no image reference`, {
    object: text,
  });
}

export function imageNotFound(reference: ImageReference, why: string): TsorchError<ErrorCode> {
  const name = familiarImageReference(reference);
  return new TsorchError('image.not-found', `image ${name} ${why}`, { object: name });
}

/** The node has the name, but not all that it leads to. */
export function imageDamaged(reference: ImageReference): TsorchError<ErrorCode> {
  const name = familiarImageReference(reference);
  return new TsorchError('image.not-found', `image ${name} is not complete`, {
    object: name,
    hint: `fetch what is missing: \`tsorch image verify --repair ${name}\``,
  });
}
