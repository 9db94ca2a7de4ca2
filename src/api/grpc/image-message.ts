import type { Descriptor } from '../../model/descriptor.ts';
import type { Image, Referrer } from '../contract/generated/tsorch/v1/node.ts';
import type { ImageDocument } from '../node-backend.ts';

export function toImage(image: ImageDocument): Image {
  const { reference, manifest, sizeBytes, created, inUse, platform } = image;
  return { reference, manifest, size: sizeBytes, created: created ?? 0, inUse, platform };
}

export function toReferrer({
  digest,
  mediaType,
  artifactType = '',
  size,
  annotations = {},
}: Descriptor): Referrer {
  return { digest, mediaType, artifactType, size, annotations: { ...annotations } };
}
