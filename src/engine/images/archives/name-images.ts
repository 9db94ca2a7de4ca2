import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import {
  familiarImageReference,
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../../model/image-reference.ts';
import { mediaType } from '../documents/media-types.ts';
import { type ArchiveImage, type ImportParts, storeDocument } from './archive-image.ts';

interface Named {
  readonly name: ImageReference;
  readonly target: Descriptor;
}

/**
 * Decides which image of an archive gets which name. With a name asked for it is one image: the only one, the one that has
 * that name, or all of them as one index when they differ by platform. Else all, by the archive's own names.
 *
 * @throws TsorchError `image.bad-archive`
 */
export async function nameImages(
  images: readonly ArchiveImage[],
  { wanted, ...parts }: ImportParts & { readonly wanted: ImageReference | undefined },
): Promise<readonly Named[]> {
  if (wanted === undefined) return ownNames(images);
  const [only, ...more] = images;
  if (only !== undefined && more.length === 0) return [{ name: wanted, target: only.target }];
  const text = formatImageReference(wanted);
  const named = ownNames(images, { mayBeNone: true }).find(({ name }) => formatImageReference(name) === text);
  if (named !== undefined) return [named];
  if (images.every(({ target }) => target.platform !== undefined))
    return [{ name: wanted, target: await joinPlatforms(images, parts) }];
  throw new TsorchError<ErrorCode>(
    'image.bad-archive',
    `the archive holds ${images.length} images, none with the name ${familiarImageReference(wanted)}`,
    { hint: 'leave the name out to import all of them by their own names' },
  );
}

function ownNames(
  images: readonly ArchiveImage[],
  { mayBeNone = false }: { readonly mayBeNone?: boolean } = {},
): readonly Named[] {
  const named = images.flatMap(({ names, target }) =>
    names.flatMap((text) => {
      // Layouts often name by a tag alone (`latest`), which says nothing here.
      const name = /[:/]/.test(text) ? parseImageReference(text) : undefined;
      return name === undefined ? [] : [{ name, target }];
    }),
  );
  if (named.length > 0 || mayBeNone) return named;
  throw new TsorchError<ErrorCode>('image.bad-archive', 'the archive gives its image no name', {
    hint: 'name it: `tsorch image import ARCHIVE NAME:TAG`',
  });
}

function joinPlatforms(
  images: readonly ArchiveImage[],
  parts: Pick<ImportParts, 'content' | 'lease'>,
): Promise<Descriptor> {
  const manifests = images.map(({ target }) => target);
  return storeDocument(parts, { schemaVersion: 2, mediaType: mediaType.index, manifests }, mediaType.index);
}
