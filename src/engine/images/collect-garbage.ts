import type { Digest } from '../../model/digest.ts';
import type { ContentStore } from './content/content-store.ts';
import type { ImageNames } from './content/image-names.ts';
import type { Leases } from './content/leases.ts';
import type { KeptContent, PruneReport } from './image-manager.ts';
import type { LayerDirectories } from './layer-directories.ts';
import type { LayerUnpacker } from './layer-unpacker.ts';
import { findLiveContent, type LiveContentOptions } from './live-content.ts';

export interface GarbageParts {
  readonly content: ContentStore;
  readonly names: ImageNames;
  readonly leases: Leases;
  readonly layers: LayerUnpacker;
  readonly directories: LayerDirectories;
}

export interface CollectOptions extends LiveContentOptions {
  /** Only say what would be removed. */
  readonly dryRun?: boolean;
}

/** Why `image why` and `prune` say that something stays which no name leads to. */
export const heldNow = 'held by an operation that runs now';

/**
 * Mark and sweep: what no name and no user leads to is removed, except what an operation holds, has held since the mark
 * began, or may just have written. No counts are kept, so none can be wrong.
 */
export async function collectGarbage(
  parts: GarbageParts,
  { dryRun = false, ...roots }: CollectOptions,
): Promise<Omit<PruneReport, 'names'>> {
  const { content, leases, directories } = parts;
  // In this order: what comes after the lists is not in them, what was held meanwhile is remembered, and an operation that
  // ends after the mark has its name in no mark but its content in one of the other two.
  using held = leases.watch();
  const oldestAtStart = leases.oldest() ?? Number.POSITIVE_INFINITY;
  const [blobs, layers] = [await content.list(), directories.list()];
  const live = await findLiveContent(parts, roots);
  const removed = { blobs: [] as Digest[], layers: [] as Digest[], bytes: 0 };
  const kept: KeptContent[] = [];
  const keep = (kind: KeptContent['kind'], digest: Digest): void => {
    kept.push({ kind, digest, reasons: live.has(digest) ? live.reasons(digest) : [heldNow] });
  };
  for (const diffId of layers) {
    if (live.has(diffId) || held.has(diffId)) {
      keep('layer', diffId);
      continue;
    }
    // An unpacking that begins now comes to hostd behind this call and makes the layer again.
    if (!dryRun) await parts.layers.remove(diffId);
    removed.layers.push(diffId);
  }
  for (const { digest, size, writtenAt } of blobs) {
    const isFresh = writtenAt >= Math.min(oldestAtStart, leases.oldest() ?? Number.POSITIVE_INFINITY);
    // Asked again for each blob, with nothing awaited between the question and the removal.
    if (live.has(digest) || held.has(digest) || isFresh) {
      keep('blob', digest);
      continue;
    }
    if (!dryRun) content.remove(digest);
    removed.blobs.push(digest);
    removed.bytes += size;
  }
  return { ...removed, kept };
}
