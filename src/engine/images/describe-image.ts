import type { Digest } from '../../model/digest.ts';
import {
  familiarImageReference,
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../model/image-reference.ts';
import { formatPlatform } from '../../model/platform.ts';
import type { ContentStore } from './content/content-store.ts';
import type { ImageNames } from './content/image-names.ts';
import { readHistory } from './documents/history.ts';
import type { ImageDetails, StoredImage } from './image-manager.ts';
import type { LayerDirectories } from './layer-directories.ts';
import { readImage, type StoredManifest } from './manifest-reader.ts';

export interface DescribeParts {
  readonly content: ContentStore;
  readonly names: ImageNames;
  readonly directories: LayerDirectories;
}

/** As it is listed. */
export function summarize(
  reference: ImageReference,
  digest: Digest,
  { manifest, config }: StoredManifest,
): StoredImage {
  return {
    reference: familiarImageReference(reference),
    manifest: digest,
    platform: formatPlatform(config.platform),
    sizeBytes: [manifest.config, ...manifest.layers].reduce((sum, { size }) => sum + size, 0),
    ...(config.created === undefined ? {} : { created: config.created }),
  };
}

/** Undefined when a document is not in the store. */
export async function describeImage(
  reference: ImageReference,
  digest: Digest,
  { content, names, directories }: DescribeParts,
): Promise<ImageDetails | undefined> {
  const image = await readImage(content, digest);
  const bytes = image && (await content.read(image.manifest.config.digest));
  if (image === undefined || bytes === undefined) return undefined;
  const { manifest, config } = image;
  const named = names.find(formatImageReference(reference)) ?? {
    digest,
    mediaType: '',
    size: content.size(digest) ?? 0,
  };
  return {
    ...summarize(reference, digest, image),
    names: [...names.list()].flatMap(([name, target]) =>
      target.digest === named.digest ? [familiar(name)] : [],
    ),
    target: { digest: named.digest, mediaType: named.mediaType, size: named.size },
    id: manifest.config.digest,
    config: config.config,
    layers: manifest.layers.map(({ digest: layer, mediaType, size }, at) => {
      const diffId = config.diffIds[at] ?? layer;
      return { digest: layer, mediaType, sizeBytes: size, diffId, unpacked: directories.has(diffId) };
    }),
    history: readHistory(bytes, `image configuration ${manifest.config.digest}`),
  };
}

function familiar(name: string): string {
  const parsed = parseImageReference(name);
  return parsed === undefined ? name : familiarImageReference(parsed);
}
