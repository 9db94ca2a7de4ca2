import { TsorchError } from '../../lib/errors.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { isIndexType, isManifestType } from './media-types.ts';
import type { Platform } from './platform.ts';

/** Points at content (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/** Documents above are refused: a registry could fill the memory (images.md 6.3). */
export const largestDocument = 8 * 1024 * 1024;
const mostDescriptors = 5_000;

/**
 * Reads a manifest or an index.
 *
 * @param mediaType  as announced by the descriptor or the registry; must agree with the document's own (CVE-2021-41190)
 * @throws TsorchError `content.bad-document`
 */
export function parseDocument(bytes: Uint8Array, mediaType: string | undefined): ImageManifest | ImageIndex {
  const document = parseJsonObject(bytes, 'manifest');
  const own = document['mediaType'];
  if (typeof own === 'string' && mediaType !== undefined && own !== mediaType)
    throw bad(`it calls itself ${own}, but was announced as ${mediaType}`);
  if (document['schemaVersion'] !== 2)
    throw bad('schemaVersion is not 2 (Docker schema 1 images are too old)');
  const hasManifests = Array.isArray(document['manifests']);
  const hasLayers = Array.isArray(document['layers']);
  if (hasManifests === hasLayers) throw bad('it is neither an image manifest nor an image index');
  const type = typeof own === 'string' ? own : (mediaType ?? '');
  if (hasManifests) {
    if (type !== '' && !isIndexType(type)) throw bad(`it has manifests, but is announced as ${type}`);
    return { kind: 'index', mediaType: type, manifests: descriptors(document['manifests']) };
  }
  if (type !== '' && !isManifestType(type)) throw bad(`it has layers, but is announced as ${type}`);
  return {
    kind: 'manifest',
    mediaType: type,
    config: descriptor(document['config']),
    layers: descriptors(document['layers']),
  };
}

/** @throws TsorchError `content.bad-document` */
export function parseJsonObject(bytes: Uint8Array, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw bad(`the ${what} is no JSON`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(`the ${what} is no JSON object`);
  return value as Record<string, unknown>;
}

function descriptors(value: unknown): readonly Descriptor[] {
  if (!Array.isArray(value) || value.length > mostDescriptors) throw bad('it has too many entries');
  return value.map(descriptor);
}

export function descriptor(value: unknown): Descriptor {
  const { mediaType, digest, size, platform, annotations } = (value ?? {}) as Record<string, unknown>;
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || !isDigest(digest))
    throw bad(`a descriptor has no media type or no sha256 digest: ${String(digest)}`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw bad(`the size of ${digest} is no size`);
  return {
    mediaType,
    digest,
    size,
    ...(isPlatform(platform) ? { platform } : {}),
    ...(isStringRecord(annotations) ? { annotations } : {}),
  };
}

function isPlatform(value: unknown): value is Platform {
  const { os, architecture } = (value ?? {}) as Record<string, unknown>;
  return typeof os === 'string' && typeof architecture === 'string';
}

export function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}

export function bad(why: string, cause?: unknown): TsorchError<ErrorCode> {
  return new TsorchError('content.bad-document', `an image document is broken: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
