import type { CallOptions } from '../../../lib/abort.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { Platform } from '../../../model/platform.ts';
import { readManifestDocument } from '../documents/manifest.ts';
import { isIndex, isManifest } from '../documents/media-types.ts';
import { findManifest } from '../manifest-reader.ts';
import type { CopiedDocument, ImageOrigin } from './image-places.ts';

/**
 * Which images of an index are copied.
 * - `all`: the index, with every image that it names
 * - `present`: the same, when all of them are there; else the one for the platform
 * - `one`: the image for the platform, without the index
 */
export type Choice = 'all' | 'present' | 'one';

/** Everything that an image consists of. */
export interface ImageTree {
  readonly root: CopiedDocument;
  /** Each behind those that it names; the root is the last. */
  readonly documents: readonly CopiedDocument[];
  readonly blobs: readonly Descriptor[];
  /** Only one image of the source's index, so that the digest is not the source's. */
  readonly isOneOfIndex?: boolean;
}

const deepestIndex = 4;
/** All documents are in memory until they are written. */
const maxDocumentsBytes = 64 << 20;

/** @throws TsorchError `image.not-found`, `image.wrong-platform`, `content.bad-document` */
export async function readTree(
  origin: ImageOrigin,
  { choice, platform }: { readonly choice: Choice; readonly platform: Platform },
  options: CallOptions,
): Promise<ImageTree> {
  const root = await origin.root(options);
  if (!isIndex(root.descriptor.mediaType)) return whole(origin, root, options);
  if (choice === 'all') return whole(origin, root, options);
  if (choice === 'present' && (await isWhole(origin, root, options))) return whole(origin, root, options);
  const digest = await findManifest(root.descriptor, platform, (key) =>
    key.digest === root.descriptor.digest ? Promise.resolve(root.bytes) : origin.document(key, options),
  );
  const chosen = await requireDocument(origin, digest ?? root.descriptor.digest, options);
  return { ...(await whole(origin, chosen, options)), isOneOfIndex: true };
}

/** What a manifest consists of, read through a descriptor of it. */
export async function treeOf(
  origin: ImageOrigin,
  descriptor: Descriptor,
  options: CallOptions,
): Promise<ImageTree> {
  const bytes = await origin.document(descriptor, options);
  if (bytes === undefined) throw missing(descriptor.digest);
  return whole(origin, { descriptor: sized(descriptor, bytes), bytes }, options);
}

async function requireDocument(
  origin: ImageOrigin,
  digest: Digest,
  options: CallOptions,
): Promise<CopiedDocument> {
  const bytes = await origin.document({ digest }, options);
  if (bytes === undefined) throw missing(digest);
  const { mediaType } = readManifestDocument(bytes, `manifest ${digest}`);
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

async function isWhole(origin: ImageOrigin, root: CopiedDocument, options: CallOptions): Promise<boolean> {
  try {
    await whole(origin, root, options);
    return true;
  } catch (error) {
    if (error instanceof TsorchError && error.code === 'image.not-found') return false;
    throw error;
  }
}

async function whole(origin: ImageOrigin, root: CopiedDocument, options: CallOptions): Promise<ImageTree> {
  const documents = new Map<Digest, CopiedDocument>();
  const blobs = new Map<Digest, Descriptor>();
  let bytesLeft = maxDocumentsBytes;
  const add = async (document: CopiedDocument, depth: number): Promise<void> => {
    const { descriptor, bytes } = document;
    bytesLeft -= bytes.length;
    if (depth > deepestIndex || bytesLeft < 0) throw tooMuch(root.descriptor.digest);
    for (const child of childrenOf(document, blobs)) {
      if (documents.has(child.digest)) continue;
      const found = await origin.document(child, options);
      if (found === undefined) throw missing(child.digest);
      await add({ descriptor: sized(child, found), bytes: found }, depth + 1);
    }
    documents.set(descriptor.digest, document);
  };
  await add(root, 0);
  return { root, documents: [...documents.values()], blobs: [...blobs.values()] };
}

/** Documents that a document names; its blobs are added to `blobs`. One of a type that nobody knows names nothing. */
function childrenOf(
  { descriptor, bytes }: CopiedDocument,
  blobs: Map<Digest, Descriptor>,
): readonly Descriptor[] {
  const { mediaType, digest } = descriptor;
  if (!isIndex(mediaType) && !isManifest(mediaType)) return [];
  const document = readManifestDocument(bytes, `manifest ${digest}`, mediaType);
  if (document.kind === 'index') return document.manifests;
  for (const blob of [document.config, ...document.layers]) blobs.set(blob.digest, blob);
  return [];
}

/** What an index says of it stays; the size is what it is. */
function sized(
  { mediaType, digest, artifactType, annotations, platform }: Descriptor,
  bytes: Buffer,
): Descriptor {
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function missing(digest: Digest): TsorchError<ErrorCode> {
  return new TsorchError('image.not-found', `${digest}, which the image needs, is not there`, {
    object: digest,
    hint: 'an index may name images of other platforms that were never fetched: copy only one with `--platform`',
  });
}

function tooMuch(digest: Digest): TsorchError<ErrorCode> {
  return new TsorchError('content.bad-document', `the indexes of ${digest} are too large or too deep`);
}
