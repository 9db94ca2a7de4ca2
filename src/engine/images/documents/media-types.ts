/** Media types of OCI (image-spec, media-types.md) and of Docker's schema 2, which mean the same. */
export const mediaType = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layerTar: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

/** What is asked for when a manifest is fetched. */
export const manifestTypes: readonly string[] = [
  mediaType.index,
  mediaType.manifest,
  mediaType.dockerList,
  mediaType.dockerManifest,
  mediaType.dockerSchema1Signed,
  mediaType.dockerSchema1,
];

export function isIndex(type: string): boolean {
  return type === mediaType.index || type === mediaType.dockerList;
}

export function isManifest(type: string): boolean {
  return type === mediaType.manifest || type === mediaType.dockerManifest;
}

export function isConfig(type: string): boolean {
  return type === mediaType.config || type === mediaType.dockerConfig;
}

export function isSchema1(type: string): boolean {
  return type === mediaType.dockerSchema1 || type === mediaType.dockerSchema1Signed;
}

/** Tar layers of both families, the deprecated "foreign" ones too; how they are compressed is seen from their bytes. */
export function isLayer(type: string): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer\.(?:v1|nondistributable\.v1)\.tar(?:\+\w+)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.\w+)?)$/.test(
    type,
  );
}

/** Layers that were never meant to be given to others (image-spec, layer.md, "Non-Distributable Layers"). */
export function isForeignLayer(type: string): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer\.nondistributable|docker\.image\.rootfs\.foreign)\./.test(
    type,
  );
}

/** What a layer's first bytes say: gzip (RFC 1952), zstd (RFC 8878, also a skippable frame) or plain tar. */
export function layerTypeOf(head: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = head;
  if (a === 0x1f && b === 0x8b) return mediaType.layerGzip;
  const isZstd = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const isSkippable = a >= 0x50 && a <= 0x5f && b === 0x2a && c === 0x4d && d === 0x18;
  return isZstd || isSkippable ? mediaType.layerZstd : mediaType.layerTar;
}
