/** Media types of OCI and of Docker schema 2; each pair means the same (image-spec, media-types.md). */
const manifests = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;
const indexes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;

export const ociManifest = manifests[0];
export const ociIndex = indexes[0];
export const ociConfig = 'application/vnd.oci.image.config.v1+json';
export const ociLayer = 'application/vnd.oci.image.layer.v1.tar';

/** For `Accept`. */
export const documentMediaTypes: readonly string[] = [...manifests, ...indexes];

export function isManifestType(mediaType: string): boolean {
  return (manifests as readonly string[]).includes(mediaType);
}

export function isIndexType(mediaType: string): boolean {
  return (indexes as readonly string[]).includes(mediaType);
}

/** By the first bytes (RFC 1952; RFC 8878): what a layer is compressed with, whatever it is called. */
export function layerMediaType(head: Uint8Array): string {
  if (head[0] === 0x1f && head[1] === 0x8b) return `${ociLayer}+gzip`;
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return `${ociLayer}+zstd`;
  return ociLayer;
}
