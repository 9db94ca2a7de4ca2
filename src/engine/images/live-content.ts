import type { Digest } from '../../model/digest.ts';
import { familiarImageReference, parseImageReference } from '../../model/image-reference.ts';
import type { ContentStore } from './content/content-store.ts';
import { type ImageNames, nameOf } from './content/image-names.ts';
import { readConfigDocument } from './documents/config-document.ts';
import { readManifestDocument } from './documents/manifest.ts';
import { isConfig, isIndex, isManifest } from './documents/media-types.ts';
import type { DocumentKey } from './manifest-reader.ts';

/** What names and users lead to: digests of blobs and diffIDs of layers (a plain tar is both, and kept as either). */
export interface LiveContent {
  has(digest: Digest): boolean;
  /** Every name and user that leads there: `named hello:latest`, `used by shop-web-1`. Empty = nothing does. */
  reasons(digest: Digest): readonly string[];
}

export interface LiveContentOptions {
  /** Manifest -> who needs it. */
  readonly inUse: ReadonlyMap<Digest, string>;
  /** Complete names that shall not count. */
  readonly without?: ReadonlySet<string>;
}

interface Root extends DocumentKey {
  readonly why: string;
}

/** The mark of mark and sweep. Each document is read once, and its parents are kept, so that a survivor can be explained. */
export async function findLiveContent(
  { content, names }: { readonly content: ContentStore; readonly names: ImageNames },
  { inUse, without = new Set() }: LiveContentOptions,
): Promise<LiveContent> {
  const users = [...inUse].map(([digest, user]) => ({ digest, why: `used by ${user}` }));
  const roots = [...namedRoots(names, without), ...users];
  const parents = new Map<Digest, Set<Digest>>();
  const seen = new Set<Digest>();
  const pending: DocumentKey[] = [...roots];
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    if (seen.has(target.digest)) continue;
    seen.add(target.digest);
    for (const child of await children(target, content)) {
      parents.set(child.digest, (parents.get(child.digest) ?? new Set()).add(target.digest));
      pending.push(child);
    }
  }
  const whys = new Map<Digest, string[]>();
  for (const { digest, why } of roots) whys.set(digest, [...(whys.get(digest) ?? []), why]);
  return { has: (digest) => seen.has(digest), reasons: (digest) => reasonsAbove(digest, parents, whys) };
}

function namedRoots(names: ImageNames, without: ReadonlySet<string>): readonly Root[] {
  return names.targets().flatMap((target) => {
    const name = nameOf(target);
    if (name !== undefined && without.has(name)) return [];
    const reference = name === undefined ? undefined : parseImageReference(name);
    if (reference !== undefined) return [{ ...target, why: `named ${familiarImageReference(reference)}` }];
    // Written by another tool; what it holds on to is not ours to take.
    return [{ ...target, why: `pinned in index.json${name === undefined ? '' : ` as "${name}"`}` }];
  });
}

function reasonsAbove(
  digest: Digest,
  parents: ReadonlyMap<Digest, ReadonlySet<Digest>>,
  whys: ReadonlyMap<Digest, readonly string[]>,
): readonly string[] {
  const above = new Set([digest]);
  // A set may grow while it is gone through.
  for (const at of above) for (const parent of parents.get(at) ?? []) above.add(parent);
  return [...new Set([...above].flatMap((at) => whys.get(at) ?? []))].sort();
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
