import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { CallOptions } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import { type Digest, digestHex } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import {
  familiarName,
  fullName,
  type ImageReference,
  parseImageReference,
} from '../../model/image-reference.ts';
import { importImages } from './archives/import-images.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { ContainerImage, ContainerImages } from './container-images.ts';
import type { ContentStore } from './content/content-store.ts';
import type { ImageNames } from './content/image-names.ts';
import type { Descriptor, ImageManifest } from './documents.ts';
import type { ImageManager, ImportOptions, PullOptions, StoredImage } from './image-manager.ts';
import type { ImageStore } from './image-store.ts';
import type { LayerUnpacker } from './layer-unpacker.ts';
import { checkPlatform, findManifest, type PlatformManifest, readConfig } from './manifest-reader.ts';
import { formatPlatform } from './platform.ts';
import { type Fetching, fetchImage } from './pull.ts';
import type { RegistryClient } from './registry/registry-client.ts';

export interface LocalImageStoreParts {
  /** `<root>/images` */
  readonly directory: string;
  readonly content: ContentStore;
  readonly names: ImageNames;
  readonly layers: LayerUnpacker;
  readonly registry: RegistryClient;
}

/** Layers of one image unpacked at a time; each is a process of its own. */
const unpacksAtOnce = 2;

/** Images of this node: names in the layout's index, content by digest, layers by diffID, the rest from registries. */
export class LocalImageStore implements ImageStore, ContainerImages, ImageManager {
  readonly #parts: LocalImageStoreParts;
  readonly #ensuring = new Map<Digest, Promise<void>>();

  constructor(parts: LocalImageStoreParts) {
    this.#parts = parts;
  }

  async resolve(
    image: { readonly reference: string; readonly pullPolicy: 'always' | 'missing' | 'never' },
    options: CallOptions = {},
  ): Promise<Digest> {
    const reference = requireReference(image.reference);
    const here = image.pullPolicy === 'always' ? undefined : await this.#find(reference);
    if (here !== undefined) return here.descriptor.digest;
    if (image.pullPolicy === 'never')
      throw notFound(reference, 'is not on this node, and must not be pulled');
    return (await this.#resolveInRegistry(reference, options)).descriptor.digest;
  }

  /** Joined by callers of the same manifest; goes on for the others when one gives up. */
  async ensure(
    image: { readonly reference: string; readonly manifest: Digest },
    options: PullOptions = {},
  ): Promise<void> {
    const { manifest } = image;
    let ensuring = this.#ensuring.get(manifest);
    if (ensuring === undefined) {
      ensuring = this.#bringIn(requireReference(image.reference), manifest, options).finally(() =>
        this.#ensuring.delete(manifest),
      );
      this.#ensuring.set(manifest, ensuring);
    }
    await ensuring;
  }

  async ready(manifests: readonly Digest[]): Promise<readonly Digest[]> {
    const ready = await Promise.all(manifests.map((digest) => this.#isReady(digest)));
    return manifests.filter((_, index) => ready[index]);
  }

  async open(manifest: Digest): Promise<ContainerImage> {
    const found = await findManifest(this.#parts.content, { digest: manifest, mediaType: '', size: 0 });
    const config = found === undefined ? undefined : await readConfig(this.#parts.content, found.manifest);
    if (config === undefined)
      throw new TsorchError<ErrorCode>('image.not-found', `image ${manifest} is not on this node`, {
        object: manifest,
      });
    return { config: config.config, layers: config.diffIds };
  }

  async list(): Promise<readonly StoredImage[]> {
    const images = [...this.#parts.names.list()].map(async ([name, target]) => {
      const reference = parseImageReference(name);
      const found = await findManifest(this.#parts.content, target).catch(() => undefined);
      return reference === undefined || found === undefined ? [] : [await this.#describe(reference, found)];
    });
    return (await Promise.all(images)).flat().sort((a, b) => (a.reference < b.reference ? -1 : 1));
  }

  async pull(text: string, options: PullOptions = {}): Promise<StoredImage> {
    const reference = requireReference(text);
    const { descriptor } = await this.#resolveInRegistry(reference, options);
    await this.ensure({ reference: text, manifest: descriptor.digest }, options);
    const found = await this.#find(reference);
    if (found === undefined) throw notFound(reference, 'was removed while it was pulled');
    return this.#describe(reference, found);
  }

  async importArchive(
    data: AsyncIterable<Uint8Array>,
    options: ImportOptions,
  ): Promise<readonly StoredImage[]> {
    const wanted = options.reference === undefined ? undefined : requireReference(options.reference);
    const { content, layers, names, directory } = this.#parts;
    const imported = await importImages(data, { content, layers, directory, ...options });
    const named = imported.flatMap(({ target, names: own }) => {
      const references =
        wanted === undefined ? own.flatMap((name) => parseImageReference(name) ?? []) : [wanted];
      return references.map((reference) => ({ reference, target }));
    });
    if (named.length === 0)
      throw new TsorchError<ErrorCode>('image.bad-archive', 'the archive gives its image no name', {
        hint: 'name it: `tsorch image import ARCHIVE NAME:TAG`',
      });
    if (wanted !== undefined && imported.length > 1)
      throw new TsorchError<ErrorCode>(
        'image.bad-archive',
        `the archive holds ${imported.length} images, which cannot all be ${options.reference}`,
        {
          hint: 'leave the name out',
        },
      );
    const images: StoredImage[] = [];
    for (const { reference, target } of named) {
      const found = await findManifest(content, target);
      if (found === undefined)
        throw new TsorchError<ErrorCode>('image.bad-archive', 'the archive lacks a manifest that it names');
      await this.#unpack(found.manifest, options);
      names.set(fullName(reference), target);
      images.push(await this.#describe(reference, found));
    }
    return images;
  }

  async remove(text: string): Promise<void> {
    const reference = requireReference(text);
    const { names } = this.#parts;
    if (names.find(fullName(reference)) === undefined) throw notFound(reference, 'is not on this node');
    names.remove(fullName(reference));
    await collectGarbage(this.#parts);
  }

  async #resolveInRegistry(reference: ImageReference, options: CallOptions): Promise<PlatformManifest> {
    const { registry, content } = this.#parts;
    const target = await registry.resolve(reference, options);
    if (target === undefined) throw notFound(reference, 'does not exist');
    const fetch = (document: Descriptor) => registry.fetchDocument(reference, document, options);
    const found = await findManifest(content, target, {
      fetch: async (document) => this.#keep(document, await fetch(document)),
    });
    if (found === undefined) throw notFound(reference, 'does not exist');
    this.#parts.names.set(fullName(reference), target);
    return found;
  }

  async #keep(document: Descriptor, bytes: Buffer): Promise<Buffer> {
    async function* once(): AsyncGenerator<Uint8Array> {
      yield bytes;
    }
    await this.#parts.content.ingestExpected({ digest: document.digest, size: bytes.length }, once);
    return bytes;
  }

  async #find(reference: ImageReference): Promise<PlatformManifest | undefined> {
    const named = this.#parts.names.find(fullName(reference));
    const target =
      named ??
      (reference.digest === undefined ? undefined : { digest: reference.digest, mediaType: '', size: 0 });
    return target === undefined ? undefined : findManifest(this.#parts.content, target);
  }

  async #bringIn(reference: ImageReference, digest: Digest, options: PullOptions): Promise<void> {
    const fetching: Fetching = { ...this.#parts, reference, options };
    const manifest = await fetchImage({ digest, mediaType: '', size: 0 }, fetching);
    await this.#unpack(manifest, options);
  }

  async #unpack(manifest: ImageManifest, options: CallOptions): Promise<void> {
    const config = await readConfig(this.#parts.content, manifest);
    if (config === undefined) return;
    checkPlatform(manifest.config.digest, config);
    const limit = pLimit(unpacksAtOnce);
    const unpacked = manifest.layers.map((layer, index) =>
      limit(async () => {
        const diffId = config.diffIds[index];
        if (diffId === undefined || this.#hasLayer(diffId)) return;
        const { digest: blob, size, mediaType } = layer;
        await this.#parts.layers.unpack({ blob, size, mediaType, diffId }, options);
      }),
    );
    await Promise.all(unpacked);
  }

  #hasLayer(diffId: Digest): boolean {
    return existsSync(join(this.#parts.directory, 'layers', digestHex(diffId), 'fs'));
  }

  async #isReady(digest: Digest): Promise<boolean> {
    const found = await findManifest(this.#parts.content, { digest, mediaType: '', size: 0 }).catch(
      () => undefined,
    );
    const config = found === undefined ? undefined : await readConfig(this.#parts.content, found.manifest);
    return config?.diffIds.every((diffId) => this.#hasLayer(diffId)) ?? false;
  }

  async #describe(
    reference: ImageReference,
    { descriptor, manifest }: PlatformManifest,
  ): Promise<StoredImage> {
    const config = await readConfig(this.#parts.content, manifest);
    const blobs = [manifest.config, ...manifest.layers];
    return {
      reference: familiarName(reference),
      manifest: descriptor.digest,
      platform: config === undefined ? '' : formatPlatform(config.platform),
      sizeBytes: blobs.reduce((sum, { size }) => sum + size, 0),
      ...(config?.created === undefined ? {} : { created: config.created }),
    };
  }
}

function requireReference(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference !== undefined) return reference;
  throw new TsorchError<ErrorCode>('image.bad-reference', `"${text}" is no image reference`, {
    object: text,
  });
}

function notFound(reference: ImageReference, why: string): TsorchError<ErrorCode> {
  const name = familiarName(reference);
  return new TsorchError('image.not-found', `image ${name} ${why}`, { object: name });
}
