import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { mediaType } from '../../../src/engine/images/documents/media-types.ts';
import type { Descriptor } from '../../../src/model/descriptor.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { type TarMember, tar } from './tar.ts';

/** An image with all its bytes. */
export interface ImageFixture {
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly Digest[];
  /** Manifest, config and layers. */
  readonly blobs: ReadonlyMap<Digest, Buffer>;
}

export interface ImageOptions {
  /** One layer each. */
  readonly layers?: readonly (readonly TarMember[])[];
  readonly architecture?: string;
  readonly config?: object;
  /** Of the build. */
  readonly history?: readonly object[];
  /** Docker's media types. */
  readonly isDocker?: boolean;
  /** What the config says; absent = the truth. */
  readonly diffIds?: readonly Digest[];
}

export const thisArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}

export function buildImage({
  layers = [[{ name: 'file', text: 'content' }]],
  architecture = thisArchitecture,
  config = {},
  history = [],
  isDocker = false,
  ...lies
}: ImageOptions = {}): ImageFixture {
  const tars = layers.map(tar);
  const blobs = new Map<Digest, Buffer>();
  const add = (bytes: Buffer, type: string): Descriptor => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType: type, digest, size: bytes.length };
  };
  const diffIds = lies.diffIds ?? tars.map(digestOf);
  const layerType = isDocker ? 'application/vnd.docker.image.rootfs.diff.tar.gzip' : mediaType.layerGzip;
  const layerBlobs = tars.map((bytes) => add(gzipSync(bytes), layerType));
  const configDocument = {
    os: 'linux',
    architecture,
    config,
    rootfs: { type: 'layers', diff_ids: diffIds },
    history,
  };
  const configBlob = add(json(configDocument), isDocker ? mediaType.dockerConfig : mediaType.config);
  const type = isDocker ? mediaType.dockerManifest : mediaType.manifest;
  const document = { schemaVersion: 2, mediaType: type, config: configBlob, layers: layerBlobs };
  const manifest = add(json(document), type);
  return { manifest, config: configBlob, layers: layerBlobs, diffIds, blobs };
}

/** An index over images of several architectures. */
export function buildIndex(images: Readonly<Record<string, ImageFixture>>): {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
} {
  const manifests = Object.entries(images).map(([architecture, { manifest }]) => ({
    ...manifest,
    platform: { os: 'linux', architecture },
  }));
  const bytes = json({ schemaVersion: 2, mediaType: mediaType.index, manifests });
  return { bytes, descriptor: { mediaType: mediaType.index, digest: digestOf(bytes), size: bytes.length } };
}

export function json(document: object): Buffer {
  return Buffer.from(JSON.stringify(document));
}
