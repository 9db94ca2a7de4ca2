import { createHash } from 'node:crypto';
import { TsorchError } from '../../lib/errors.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { familiarImageReference, type ImageReference } from '../../model/image-reference.ts';
import type { Lease } from './content/leases.ts';
import { readManifestDocument } from './documents/manifest.ts';
import { isIndex, isManifest } from './documents/media-types.ts';
import type { ImageSource } from './fetch-image.ts';
import type { VerifyProblem, VerifyReport } from './image-manager.ts';
import type { LayerDirectories } from './layer-directories.ts';
import { readImage } from './manifest-reader.ts';

export interface VerifyParts extends ImageSource {
  readonly directories: LayerDirectories;
}

export interface VerifyJob {
  /** What names stand for, and the name, which tells where damaged content comes from again. */
  readonly targets: readonly NamedTarget[];
  /** Also blobs that none of the targets leads to. */
  readonly all: boolean;
  readonly repair: boolean;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

export interface NamedTarget {
  readonly reference: ImageReference;
  readonly target: Descriptor;
  /** For this machine; undefined = the documents on the way are damaged or missing. */
  readonly manifest: () => Promise<Digest | undefined>;
}

/** A blob that must be here; one of an index need not, as only the manifest for this machine is fetched. */
interface Expected {
  readonly reference: ImageReference;
  readonly blob: Descriptor;
  readonly mayBeMissing: boolean;
}

/**
 * Hashes what names lead to and looks whether layers are unpacked. A repair never takes anything away: good bytes replace bad
 * ones by rename, and what cannot be had again stays as it is and is told.
 */
export async function verifyImages(parts: VerifyParts, job: VerifyJob): Promise<VerifyReport> {
  const run = new Verification(parts, job);
  for (const { reference, target } of job.targets)
    await run.follow({ reference, blob: target, mayBeMissing: false });
  for (const target of job.targets) await run.checkLayers(target);
  if (job.all) await run.checkOthers();
  return run.report();
}

class Verification {
  readonly #parts: VerifyParts;
  readonly #job: VerifyJob;
  readonly #seen = new Set<Digest>();
  readonly #layers = new Set<Digest>();
  readonly #problems: VerifyProblem[] = [];
  #bytes = 0;

  constructor(parts: VerifyParts, job: VerifyJob) {
    this.#parts = parts;
    this.#job = job;
  }

  report(): VerifyReport {
    const { size: blobs } = this.#seen;
    return { blobs, bytes: this.#bytes, layers: this.#layers.size, problems: this.#problems };
  }

  async follow(first: Expected): Promise<void> {
    const pending = [first];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { digest } = next.blob;
      const isAbsent = next.mayBeMissing && this.#parts.content.size(digest) === undefined;
      if (this.#seen.has(digest) || isAbsent) continue;
      this.#seen.add(digest);
      this.#job.lease.hold(digest);
      if (await this.#isSound(next)) pending.push(...(await this.#children(next)));
    }
  }

  async checkLayers({ reference, manifest: find }: NamedTarget): Promise<void> {
    const { content, directories } = this.#parts;
    const manifest = await find().catch(() => undefined);
    const image = manifest && (await readImage(content, manifest).catch(() => undefined));
    if (!image) return; // what is wrong with its documents has been told
    for (const [at, diffId] of image.config.diffIds.entries()) {
      const blob = image.manifest.layers[at];
      if (this.#layers.has(diffId) || blob === undefined) continue;
      this.#layers.add(diffId);
      this.#job.lease.hold(diffId);
      if (directories.has(diffId)) continue;
      await this.#tell({ kind: 'layer', digest: diffId, message: 'is not unpacked' }, reference, () =>
        this.#unpack(blob, diffId),
      );
    }
  }

  async checkOthers(): Promise<void> {
    for (const { digest } of await this.#parts.content.list()) {
      if (this.#seen.has(digest)) continue;
      this.#seen.add(digest);
      const message = await this.#fault(digest);
      if (message !== undefined) this.#problems.push({ kind: 'blob', digest, message, repaired: false });
    }
  }

  async #isSound({ reference, blob }: Expected): Promise<boolean> {
    const { digest, size } = blob;
    const message = await this.#fault(digest, size);
    if (message === undefined) return true;
    return this.#tell({ kind: 'blob', digest, message }, reference, () => this.#fetch(reference, blob));
  }

  /** @returns whether it is sound now */
  async #tell(
    problem: Pick<VerifyProblem, 'kind' | 'digest' | 'message'>,
    reference: ImageReference,
    mend: () => Promise<void>,
  ): Promise<boolean> {
    const told = { ...problem, image: familiarImageReference(reference) };
    try {
      if (this.#job.repair) await mend();
      this.#problems.push({ ...told, repaired: this.#job.repair });
      return this.#job.repair;
    } catch (error) {
      this.#job.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      this.#problems.push({ ...told, message: `${told.message}; not repaired: ${reason}`, repaired: false });
      return false;
    }
  }

  /** What is wrong with a blob, without its size where nothing says what that should be. */
  async #fault(digest: Digest, size?: number): Promise<string | undefined> {
    const { content } = this.#parts;
    const actual = content.size(digest);
    if (actual === undefined) return 'is missing';
    if (size !== undefined && actual !== size) return `has ${actual} bytes, not ${size}`;
    const hash = createHash('sha256');
    for await (const chunk of content.stream(digest)) {
      this.#job.signal.throwIfAborted();
      hash.update(chunk);
      this.#bytes += chunk.length;
    }
    const found = `sha256:${hash.digest('hex')}`;
    return found === digest ? undefined : `has become ${found}`;
  }

  /** Takes the blob in beside the damaged one; the rename at the end replaces it. */
  async #fetch(reference: ImageReference, blob: Descriptor): Promise<void> {
    const { content, registry } = this.#parts;
    const { signal } = this.#job;
    const isDocument = isIndex(blob.mediaType) || isManifest(blob.mediaType);
    const data = isDocument
      ? [(await registry.fetchDocument(reference, blob, { signal })).bytes]
      : registry.fetchBlob(reference, blob, { signal });
    const actual = await content.ingest(iterate(data), { signal });
    if (actual.digest === blob.digest) return;
    throw new TsorchError('content.digest-mismatch', `the registry sent ${actual.digest}`);
  }

  async #unpack({ digest: blob, size, mediaType }: Descriptor, diffId: Digest): Promise<void> {
    await this.#parts.layers.unpack({ blob, size, mediaType, diffId }, this.#job);
  }

  async #children({ reference, blob }: Expected): Promise<readonly Expected[]> {
    const { mediaType, digest } = blob;
    if (!isIndex(mediaType) && !isManifest(mediaType)) return [];
    const bytes = await this.#parts.content.read(digest);
    if (bytes === undefined) return [];
    try {
      const document = readManifestDocument(bytes, digest, mediaType);
      const isOfIndex = document.kind === 'index';
      const blobs = isOfIndex ? document.manifests : [document.config, ...document.layers];
      return blobs.map((child) => ({ reference, blob: child, mayBeMissing: isOfIndex }));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#problems.push({ kind: 'blob', digest, message, repaired: false });
      return [];
    }
  }
}

async function* iterate(data: AsyncIterable<Uint8Array> | readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* data;
}
