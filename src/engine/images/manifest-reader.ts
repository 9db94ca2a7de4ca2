import { TsorchError } from '../../lib/errors.ts';
import type { Digest } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { ContentStore } from './content/content-store.ts';
import { bad, type Descriptor, type ImageManifest, parseDocument } from './documents.ts';
import { type ConfigDocument, parseImageConfig } from './image-config.ts';
import { formatPlatform, hostPlatform, type Platform, selectPlatform } from './platform.ts';

/** Fetches a document that the store has not; absent = only what is there counts. */
export type FetchDocument = (target: Descriptor) => Promise<Buffer>;

export interface PlatformManifest {
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
}

const deepestIndex = 3;

/**
 * Follows an index (or an index in an index) to the manifest for a platform.
 *
 * @returns undefined when a document on the way is not in the store and cannot be fetched
 * @throws TsorchError `image.wrong-platform`, `content.bad-document`
 */
export async function findManifest(
  content: ContentStore,
  target: Descriptor,
  options: { readonly fetch?: FetchDocument | undefined; readonly platform?: Platform } = {},
): Promise<PlatformManifest | undefined> {
  const platform = options.platform ?? hostPlatform();
  let descriptor = target;
  for (let depth = 0; depth <= deepestIndex; depth++) {
    const bytes = (await content.read(descriptor.digest)) ?? (await options.fetch?.(descriptor));
    if (bytes === undefined) return undefined;
    const document = parseDocument(bytes, descriptor.mediaType || undefined);
    if (document.kind === 'manifest') return { descriptor, manifest: document };
    const next = selectPlatform(document.manifests, platform);
    if (next === undefined) throw wrongPlatform(document.manifests, platform);
    descriptor = next;
  }
  throw bad('its indexes are nested too deeply');
}

/** @returns undefined when the configuration is not in the store */
export async function readConfig(
  content: ContentStore,
  { config }: ImageManifest,
): Promise<ConfigDocument | undefined> {
  const bytes = await content.read(config.digest);
  return bytes === undefined ? undefined : parseImageConfig(bytes);
}

/** The index is only a hint: what the configuration says decides (images.md, P8). */
export function checkPlatform(digest: Digest, { platform }: ConfigDocument): void {
  const host = hostPlatform();
  if (platform.architecture === '' || selectPlatform([{ platform }], host) !== undefined) return;
  throw new TsorchError<ErrorCode>(
    'image.wrong-platform',
    `the image is built for ${formatPlatform(platform)}, this machine is ${formatPlatform(host)}`,
    { object: digest },
  );
}

function wrongPlatform(entries: readonly Descriptor[], host: Platform): TsorchError<ErrorCode> {
  const offered = entries.flatMap(({ platform }) =>
    platform === undefined ? [] : [formatPlatform(platform)],
  );
  return new TsorchError(
    'image.wrong-platform',
    `the image is not built for ${formatPlatform(host)}, only for ${[...new Set(offered)].join(', ')}`,
  );
}
