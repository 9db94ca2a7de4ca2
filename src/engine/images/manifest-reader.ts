import { TsorchError } from '../../lib/errors.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { formatPlatform, type Platform, platformRank } from '../../model/platform.ts';
import type { ContentStore } from './content/content-store.ts';
import { type ConfigDocument, readConfigDocument } from './documents/config-document.ts';
import { type ImageIndex, type ImageManifest, readManifestDocument } from './documents/manifest.ts';
import { isConfig, isManifest } from './documents/media-types.ts';
import { selectPlatform } from './documents/select-platform.ts';

/** What is known of a document before it is read. */
export type DocumentKey = Pick<Descriptor, 'digest'> & Partial<Pick<Descriptor, 'mediaType'>>;

/** Brings a document into the store when it is not there; undefined = it stays unknown. */
export type FetchDocument = (target: DocumentKey) => Promise<Buffer | undefined>;

const deepestIndex = 3;

/**
 * Follows an index (or an index in an index) to the manifest for a platform. The manifest itself is not read where the index
 * already says that it is one.
 *
 * @returns undefined when an index on the way is not in the store and is not fetched
 * @throws TsorchError `image.wrong-platform`, `content.bad-document`
 */
export async function findManifest(
  target: DocumentKey,
  platform: Platform,
  fetch: FetchDocument,
): Promise<Digest | undefined> {
  let at: DocumentKey = target;
  for (let depth = 0; depth <= deepestIndex; depth++) {
    if (depth > 0 && isManifest(at.mediaType ?? '')) return at.digest;
    const bytes = await fetch(at);
    if (bytes === undefined) return undefined;
    const document = readManifestDocument(bytes, `manifest ${at.digest}`, at.mediaType);
    if (document.kind === 'manifest') return at.digest;
    const next = selectPlatform(document, platform);
    if (next === undefined) throw nothingFor(platform, document);
    at = next;
  }
  throw new TsorchError<ErrorCode>(
    'content.bad-document',
    `the indexes of ${target.digest} are nested too deeply`,
  );
}

export interface StoredManifest {
  readonly manifest: ImageManifest;
  readonly config: ConfigDocument;
}

/** Manifest and configuration of an image; undefined when one of them is not in the store. */
export async function readImage(content: ContentStore, digest: Digest): Promise<StoredManifest | undefined> {
  const bytes = await content.read(digest);
  if (bytes === undefined) return undefined;
  const manifest = requireManifest(bytes, digest);
  const configBytes = await content.read(manifest.config.digest);
  if (configBytes === undefined) return undefined;
  return { manifest, config: requireConfig(manifest, configBytes) };
}

/** @throws TsorchError `content.bad-document` */
export function requireManifest(bytes: Buffer, digest: Digest): ImageManifest {
  const document = readManifestDocument(bytes, `manifest ${digest}`);
  if (document.kind === 'manifest') return document;
  throw new TsorchError<ErrorCode>('content.bad-document', `${digest} is an index, not a manifest`);
}

/** @throws TsorchError `content.bad-document`; an artifact that is no container image too */
export function requireConfig(manifest: ImageManifest, bytes: Buffer): ConfigDocument {
  const { digest, mediaType } = manifest.config;
  if (!isConfig(mediaType))
    throw new TsorchError<ErrorCode>(
      'content.bad-document',
      `this is no container image: its configuration is ${mediaType}`,
    );
  const config = readConfigDocument(bytes, `image configuration ${digest}`);
  if (config.diffIds.length !== manifest.layers.length)
    throw new TsorchError<ErrorCode>(
      'content.bad-document',
      `image configuration ${digest} names ${config.diffIds.length} layers, the manifest ${manifest.layers.length}`,
    );
  return config;
}

/** The index is only a hint: what the configuration says decides. Old images say nothing. */
export function checkPlatform({ platform }: ConfigDocument, host: Platform): void {
  const built = { ...platform, os: platform.os || 'linux' };
  if (platform.architecture === '' || platformRank(host, built) !== undefined) return;
  throw new TsorchError<ErrorCode>(
    'image.wrong-platform',
    `the image is built for ${formatPlatform(platform)}, this machine is ${formatPlatform(host)}`,
  );
}

function nothingFor(host: Platform, index: ImageIndex): TsorchError<ErrorCode> {
  const offered = index.manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === 'unknown' ? [] : [formatPlatform(platform)],
  );
  const list = [...new Set(offered)].join(', ') || 'nothing';
  return new TsorchError(
    'image.wrong-platform',
    `the image is not built for ${formatPlatform(host)}, only for ${list}`,
  );
}
