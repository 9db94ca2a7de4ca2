import pLimit from 'p-limit';
import type { CallOptions } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageReference } from '../../model/image-reference.ts';
import type { Platform } from '../../model/platform.ts';
import type { ContentStore } from './content/content-store.ts';
import type { Lease } from './content/leases.ts';
import type { ImageManifest } from './documents/manifest.ts';
import type { PullProgress } from './image-manager.ts';
import type { LayerUnpacker } from './layer-unpacker.ts';
import { checkPlatform, type DocumentKey, requireConfig, requireManifest } from './manifest-reader.ts';
import type { RegistryClient } from './registry/registry-client.ts';

export interface ImageSource {
  readonly content: ContentStore;
  readonly layers: LayerUnpacker;
  readonly registry: RegistryClient;
  readonly platform: Platform;
}

export interface FetchJob {
  readonly reference: ImageReference;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PullProgress) => void;
}

/** Of one image. Unpacking is bounded by hostd. */
const downloadsAtOnce = 3;

/** Brings a manifest with all its content into the store and unpacks its layers; what is there is neither asked for nor done again. */
export async function fetchImage(digest: Digest, source: ImageSource, job: FetchJob): Promise<ImageManifest> {
  const bytes = await fetchDocument({ digest }, source, job);
  const manifest = requireManifest(bytes, digest);
  job.lease.hold(manifest.config.digest, ...manifest.layers.map((layer) => layer.digest));
  const config = await fetchConfig(manifest, source, job);
  checkPlatform(config, source.platform);
  job.lease.hold(...config.diffIds);
  await fetchLayers(manifest, config.diffIds, source, job);
  return manifest;
}

/** A manifest or index, from the store or else from the registry; it is in the store afterwards. */
export async function fetchDocument(
  target: DocumentKey,
  { content, registry }: Pick<ImageSource, 'content' | 'registry'>,
  { reference, lease, signal }: Pick<FetchJob, 'reference' | 'lease'> & CallOptions,
): Promise<Buffer> {
  lease.hold(target.digest);
  const stored = await content.read(target.digest);
  if (stored !== undefined) return stored;
  const { bytes } = await registry.fetchDocument(reference, target, { signal });
  await content.ingest(once(bytes), { signal });
  return bytes;
}

async function fetchConfig(manifest: ImageManifest, source: ImageSource, job: FetchJob) {
  await ingestBlob(manifest.config, source, job);
  const bytes = await source.content.read(manifest.config.digest);
  return requireConfig(manifest, bytes ?? Buffer.alloc(0));
}

/** Wrong bytes of a mirror are no reason to do without the right ones. */
async function ingestBlob(
  blob: Descriptor,
  { content, registry }: Pick<ImageSource, 'content' | 'registry'>,
  { reference, signal }: Pick<FetchJob, 'reference' | 'signal'>,
  through: (bytes: AsyncIterable<Uint8Array>, offset: number) => AsyncIterable<Uint8Array> = (bytes) => bytes,
): Promise<void> {
  const ingest = (atOrigin: boolean) => {
    const open = (offset: number, until: AbortSignal) =>
      through(registry.fetchBlob(reference, blob, { offset, atOrigin, signal: until }), offset);
    return content.ingestExpected(blob, open, { signal });
  };
  await ingest(false).catch((error: unknown) => {
    const isWrong = error instanceof TsorchError && /^content\..*-mismatch$/.test(error.code);
    if (!isWrong || !registry.hasMirrors(reference)) throw error;
    return ingest(true);
  });
}

async function fetchLayers(
  { layers }: ImageManifest,
  diffIds: readonly Digest[],
  source: ImageSource,
  job: FetchJob,
): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, job.signal]);
  const progress = new ProgressCount(layers, job.onProgress);
  const limit = pLimit(downloadsAtOnce);
  const all = layers.map(async (layer, at) => {
    try {
      await limit(() => download(layer, { ...job, signal, source, progress }));
      const { digest: blob, size, mediaType } = layer;
      const diffId = diffIds[at];
      await source.layers.unpack(
        { blob, size, mediaType, ...(diffId === undefined ? {} : { diffId }) },
        { signal },
      );
      progress.unpacked();
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  const failed = (await Promise.allSettled(all)).some(({ status }) => status === 'rejected');
  // The first to fail has called off the others: its reason is the one to tell.
  if (failed) throw signal.reason;
}

async function download(
  layer: Descriptor,
  { source, reference, signal, progress }: Omit<FetchJob, 'lease' | 'onProgress'> & DownloadContext,
): Promise<void> {
  let counted = 0;
  const count = (bytes: number): void => {
    counted += bytes;
    progress.received(bytes);
  };
  await ingestBlob(layer, source, { reference, signal }, async function* (bytes, offset) {
    count(offset - counted);
    for await (const chunk of bytes) {
      count(chunk.length);
      yield chunk;
    }
  });
  count(layer.size - counted);
}

interface DownloadContext {
  readonly source: ImageSource;
  readonly progress: ProgressCount;
}

class ProgressCount {
  readonly #tell: (progress: PullProgress) => void;
  readonly #progress: { -readonly [Key in keyof PullProgress]: PullProgress[Key] };

  constructor(layers: readonly Descriptor[], tell: (progress: PullProgress) => void) {
    const bytesTotal = layers.reduce((sum, { size }) => sum + size, 0);
    this.#progress = { bytesDone: 0, bytesTotal, layersDone: 0, layersTotal: layers.length };
    this.#tell = tell;
  }

  received(bytes: number): void {
    this.#progress.bytesDone += bytes;
    this.#tell({ ...this.#progress });
  }

  unpacked(): void {
    this.#progress.layersDone += 1;
    this.#tell({ ...this.#progress });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
