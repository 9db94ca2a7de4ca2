import pLimit from 'p-limit';
import type { CallOptions } from '../../../lib/abort.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { isForeignLayer } from '../documents/media-types.ts';
import type { ImageDestination, ImageOrigin } from './image-places.ts';
import { type ImageTree, treeOf } from './image-tree.ts';

export interface CopyProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Configurations and layers. */
  readonly blobsDone: number;
  readonly blobsTotal: number;
}

export interface CopyRequest extends CallOptions {
  readonly origin: ImageOrigin;
  readonly destination: ImageDestination;
  readonly withReferrers?: boolean | undefined;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

/** Nobody writes chains of signatures of signatures longer than that. */
const deepestReferrer = 3;

/**
 * Copies an image bit by bit: blobs, then documents, then the name. Nothing is taken apart or written anew, so every digest is
 * the same on both sides.
 */
export async function copyTree(tree: ImageTree, request: CopyRequest): Promise<void> {
  await copyContent(tree, request);
  if (request.withReferrers === true) await copyReferrers(tree.root.descriptor, request, 0);
  await request.destination.name(tree.root, request);
}

async function copyContent(tree: ImageTree, request: CopyRequest): Promise<void> {
  const { destination } = request;
  if (await destination.has(tree.root.descriptor, request)) return;
  await copyBlobs(tree.blobs, request);
  for (const document of tree.documents) await destination.putDocument(document, request);
}

async function copyReferrers(of: Descriptor, request: CopyRequest, depth: number): Promise<void> {
  if (depth === deepestReferrer) return;
  for (const referrer of await request.origin.referrers(of.digest, request)) {
    const { onProgress: _, ...quietly } = request;
    await copyContent(await treeOf(request.origin, referrer, request), quietly);
    await copyReferrers(referrer, request, depth + 1);
  }
}

async function copyBlobs(blobs: readonly Descriptor[], request: CopyRequest): Promise<void> {
  const { destination, onProgress = () => {} } = request;
  const wanted = blobs.filter(
    ({ mediaType }) => destination.takesForeignLayers || !isForeignLayer(mediaType),
  );
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(request.signal === undefined ? [] : [request.signal])]);
  const count = new TransferCount(wanted, onProgress);
  const limit = pLimit(destination.blobsAtOnce);
  const all = wanted.map((blob) =>
    limit(async () => {
      try {
        signal.throwIfAborted();
        await copyBlob(blob, { ...request, signal }, (bytes) => count.reached(blob, bytes));
        count.arrived(blob);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  const failed = (await Promise.allSettled(all)).some(({ status }) => status === 'rejected');
  // The first to fail has called off the others: its reason is the one to tell.
  if (failed) throw signal.reason;
}

async function copyBlob(
  blob: Descriptor,
  { origin, destination, signal }: CopyRequest,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const open = (offset: number, until: AbortSignal | undefined) =>
    origin.blob(blob, { offset, signal: until });
  try {
    await destination.putBlob(blob, { open, onProgress, signal });
  } catch (error) {
    // Layers that were never given away are allowed to be nowhere.
    const isNowhere = error instanceof TsorchError && error.code === 'image.not-found';
    if (!isNowhere || !isForeignLayer(blob.mediaType)) throw error;
  }
}

class TransferCount {
  readonly #tell: (progress: CopyProgress) => void;
  readonly #reached = new Map<Descriptor, number>();
  readonly #totals: Pick<CopyProgress, 'bytesTotal' | 'blobsTotal'>;
  #done = 0;

  constructor(blobs: readonly Descriptor[], tell: (progress: CopyProgress) => void) {
    const bytesTotal = blobs.reduce((sum, { size }) => sum + size, 0);
    this.#totals = { bytesTotal, blobsTotal: blobs.length };
    this.#tell = tell;
  }

  reached(blob: Descriptor, bytes: number): void {
    this.#reached.set(blob, bytes);
    const bytesDone = [...this.#reached.values()].reduce((sum, size) => sum + size, 0);
    this.#tell({ ...this.#totals, bytesDone, blobsDone: this.#done });
  }

  arrived(blob: Descriptor): void {
    this.#done += 1;
    this.reached(blob, blob.size);
  }
}
