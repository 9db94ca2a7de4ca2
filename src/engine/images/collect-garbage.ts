import type { Digest } from '../../model/digest.ts';
import type { ContentStore } from './content/content-store.ts';
import type { ImageNames } from './content/image-names.ts';
import type { Leases } from './content/leases.ts';
import { readConfigDocument } from './documents/config-document.ts';
import { readManifestDocument } from './documents/manifest.ts';
import { isConfig, isIndex, isManifest } from './documents/media-types.ts';
import type { Collected } from './image-manager.ts';
import type { LayerDirectories } from './layer-directories.ts';
import type { LayerUnpacker } from './layer-unpacker.ts';
import type { DocumentKey } from './manifest-reader.ts';

export interface GarbageParts {
  readonly content: ContentStore;
  readonly names: ImageNames;
  readonly leases: Leases;
  readonly layers: LayerUnpacker;
  readonly directories: LayerDirectories;
}

/**
 * Mark and sweep: what no name and none of `keep` leads to is removed, except what an operation holds or may just have
 * written. No counts are kept, so none can be wrong.
 *
 * @param keep  manifests that containers are made of or will be
 */
export async function collectGarbage(parts: GarbageParts, keep: Iterable<Digest>): Promise<Collected> {
  const { content, leases, directories } = parts;
  const live = await mark(parts, keep);
  const removed = { blobs: [] as Digest[], layers: [] as Digest[] };
  for (const diffId of directories.list()) {
    if (live.has(diffId) || leases.holds(diffId)) continue;
    // An unpacking that begins now comes to hostd behind this call and makes the layer again.
    await parts.layers.remove(diffId);
    removed.layers.push(diffId);
  }
  for (const { digest, writtenAt } of await content.list()) {
    const isFresh = writtenAt >= (leases.oldest() ?? Number.POSITIVE_INFINITY);
    // Asked again for each blob, with nothing awaited between the question and the removal.
    if (live.has(digest) || leases.holds(digest) || isFresh) continue;
    content.remove(digest);
    removed.blobs.push(digest);
  }
  return removed;
}

/** Digests of blobs and diffIDs of layers; they cannot be mixed up, as both are hashes of different bytes or of the same. */
async function mark({ content, names }: GarbageParts, keep: Iterable<Digest>): Promise<ReadonlySet<Digest>> {
  const live = new Set<Digest>();
  const pending: DocumentKey[] = [...names.targets(), ...[...keep].map((digest) => ({ digest }))];
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    if (live.has(target.digest)) continue;
    live.add(target.digest);
    for (const child of await children(target, content)) pending.push(child);
  }
  return live;
}

/** What a blob leads to; one that is not here, or not readable, keeps itself only. */
async function children(target: DocumentKey, content: ContentStore): Promise<readonly DocumentKey[]> {
  const type = target.mediaType;
  const isDocument = type === undefined || isIndex(type) || isManifest(type) || isConfig(type);
  if (!isDocument) return [];
  try {
    const bytes = await content.read(target.digest);
    if (bytes === undefined) return [];
    if (type !== undefined && isConfig(type)) return layersOf(bytes, target.digest);
    const document = readManifestDocument(bytes, target.digest, type);
    return document.kind === 'index' ? document.manifests : [document.config, ...document.layers];
  } catch {
    return []; // damaged: what it once led to cannot be used through it any more
  }
}

/** DiffIDs; their type says that there is no document behind them. */
function layersOf(bytes: Buffer, name: string): readonly DocumentKey[] {
  return readConfigDocument(bytes, name).diffIds.map((digest) => ({ digest, mediaType: 'layer' }));
}
