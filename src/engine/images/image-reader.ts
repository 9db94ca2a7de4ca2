import type { Digest } from '../../model/digest.ts';
import { familiarImageReference, type ImageReference } from '../../model/image-reference.ts';
import type { ContainerImage } from './container-images.ts';
import type { ContentStore } from './content/content-store.ts';
import { summarize } from './describe-image.ts';
import type { StoredImage } from './image-manager.ts';
import { readImage } from './manifest-reader.ts';
import { imageDamaged, type ReferenceResolver } from './reference-resolver.ts';

interface ImageReaderParts {
  readonly content: ContentStore;
  readonly resolver: ReferenceResolver;
}

/** Documents of images that are here, read once: by its digest a manifest says the same for ever. */
export class ImageReader {
  readonly #parts: ImageReaderParts;
  readonly #opened = new Map<Digest, ContainerImage>();
  /** With the configuration that must be here too. */
  readonly #summaries = new Map<Digest, { readonly config: Digest; readonly summary: StoredImage }>();

  constructor(parts: ImageReaderParts) {
    this.#parts = parts;
  }

  /** What containers are made of; undefined = a document is missing. */
  async open(manifest: Digest): Promise<ContainerImage | undefined> {
    const { content } = this.#parts;
    if (content.size(manifest) === undefined) return undefined;
    const known = this.#opened.get(manifest);
    if (known !== undefined) return known;
    const read = await readImage(content, manifest);
    if (read === undefined) return undefined;
    const image = { config: read.config.config, layers: read.config.diffIds };
    this.#opened.set(manifest, image);
    return image;
  }

  /** @throws TsorchError `image.not-found` when a document is missing */
  async summarize(reference: ImageReference): Promise<StoredImage> {
    const { content, resolver } = this.#parts;
    const manifest = await resolver.findHere(reference);
    if (manifest === undefined) throw imageDamaged(reference);
    const known = this.#summaries.get(manifest);
    const isHere = (digest: Digest) => content.size(digest) !== undefined;
    if (known !== undefined && isHere(manifest) && isHere(known.config))
      return { ...known.summary, reference: familiarImageReference(reference) };
    const image = await readImage(content, manifest);
    if (image === undefined) throw imageDamaged(reference);
    const summary = summarize(reference, manifest, image);
    this.#summaries.set(manifest, { config: image.manifest.config.digest, summary });
    return summary;
  }
}
