import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions } from '../../../lib/abort.ts';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import { TsorchError } from '../../../lib/errors.ts';
import { SingleFlight } from '../../../lib/single-flight.ts';
import { type Digest, digestHex, isDigest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { maxDocumentBytes } from '../documents/document-reader.ts';
import type { ContentKey, ContentStore, OpenContent, StoredBlob } from './content-store.ts';
import { PartialBlob } from './partial-blob.ts';

/** Interrupted downloads that nobody went on with. */
const partialLifeMs = 7 * 24 * 60 * 60 * 1000;
const unnamed = 'new-';

/** Blobs as files below `<root>/images/blobs/sha256`, partial ones below `<root>/images/ingest`. */
export class FileContentStore implements ContentStore {
  readonly #blobs: string;
  readonly #ingest: string;
  readonly #flights = new SingleFlight<void>();

  /** @param directory  `<root>/images`; made if missing. One process at a time may use it */
  constructor(directory: string) {
    this.#blobs = join(directory, 'blobs', 'sha256');
    this.#ingest = join(directory, 'ingest');
    mkdirSync(this.#blobs, { recursive: true, mode: 0o700 });
    mkdirSync(this.#ingest, { recursive: true, mode: 0o700 });
    this.#sweepIngest();
    writeFileAtomic(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  }

  size(digest: Digest): number | undefined {
    return statSync(this.#path(digest), { throwIfNoEntry: false })?.size;
  }

  async read(digest: Digest): Promise<Buffer | undefined> {
    const size = this.size(digest);
    if (size === undefined) return undefined;
    if (size > maxDocumentBytes)
      throw new TsorchError<ErrorCode>('content.bad-document', `${digest} is too large for a document`);
    const bytes = await readFile(this.#path(digest)).catch(undefinedIfMissing);
    if (bytes === undefined) return undefined;
    const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (actual === digest) return bytes;
    throw new TsorchError<ErrorCode>(
      'content.digest-mismatch',
      `the stored blob ${digest} has become ${actual}`,
      { object: digest, hint: 'the disk has damaged it; remove the image and pull it again' },
    );
  }

  stream(digest: Digest, offset = 0): AsyncIterable<Uint8Array> {
    return createReadStream(this.#path(digest), { highWaterMark: 1 << 20, start: offset });
  }

  async ingest(data: AsyncIterable<Uint8Array>, { signal }: CallOptions = {}): Promise<ContentKey> {
    const partial = new PartialBlob(join(this.#ingest, `${unnamed}${randomUUID()}`));
    try {
      await partial.append(data, { signal });
      const { digest, size } = await partial.finish();
      partial.moveTo(this.#path(digest));
      return { digest, size };
    } catch (error) {
      await partial.discard();
      throw error;
    }
  }

  async ingestExpected(expected: ContentKey, open: OpenContent, options: CallOptions = {}): Promise<void> {
    const { digest } = expected;
    if (this.size(digest) === expected.size) return;
    await this.#flights.run(digest, (signal) => this.#bringIn(expected, open, signal), options);
  }

  async list(): Promise<readonly StoredBlob[]> {
    const digests = (await readdir(this.#blobs)).map((name) => `sha256:${name}`).filter(isDigest);
    const blobs = digests.map(async (digest) => {
      const status = await stat(this.#path(digest)).catch(undefinedIfMissing);
      return status === undefined ? [] : [{ digest, size: status.size, writtenAt: status.mtimeMs }];
    });
    return (await Promise.all(blobs)).flat();
  }

  remove(digest: Digest): void {
    rmSync(this.#path(digest), { force: true });
  }

  touch(digest: Digest): void {
    const now = new Date();
    try {
      utimesSync(this.#path(digest), now, now);
    } catch (error) {
      undefinedIfMissing(error);
    }
  }

  async #bringIn(expected: ContentKey, open: OpenContent, signal: AbortSignal): Promise<void> {
    const partial = new PartialBlob(join(this.#ingest, digestHex(expected.digest)));
    const received = await partial.resume(expected.size, signal);
    try {
      await partial.append(open(received, signal), { signal, maxBytes: expected.size });
      const actual = await partial.finish();
      if (actual.size !== expected.size) throw wrongSize(expected, actual.size);
      if (actual.digest !== expected.digest) throw wrongDigest(expected, actual.digest);
      partial.moveTo(this.#path(expected.digest));
    } catch (error) {
      await this.#giveUp(partial, error);
      const isWrong = error instanceof TsorchError && error.code === 'content.digest-mismatch';
      // The part from before may have been what was wrong: once more from the beginning.
      if (isWrong && received > 0) return this.#bringIn(expected, open, signal);
      throw error;
    }
  }

  /** Bytes that are wrong, or that nobody has room for, are no use to a later attempt; all others are. */
  async #giveUp(partial: PartialBlob, error: unknown): Promise<void> {
    if (error instanceof TsorchError && error.code.startsWith('content.')) await partial.discard();
    else await partial.close();
  }

  #sweepIngest(): void {
    for (const name of readdirSync(this.#ingest)) {
      const path = join(this.#ingest, name);
      const isOld = statSync(path).mtimeMs < Date.now() - partialLifeMs;
      if (isOld || !isDigest(`sha256:${name}`)) rmSync(path, { recursive: true });
    }
  }

  #path(digest: Digest): string {
    return join(this.#blobs, digestHex(digest));
  }
}

function wrongDigest({ digest }: ContentKey, actual: Digest): TsorchError<ErrorCode> {
  return new TsorchError('content.digest-mismatch', `blob ${digest} came with the digest ${actual}`, {
    object: digest,
  });
}

function wrongSize({ digest, size }: ContentKey, actual: number): TsorchError<ErrorCode> {
  return new TsorchError(
    'content.size-mismatch',
    `blob ${digest} has ${actual} bytes, announced were ${size}`,
    {
      object: digest,
    },
  );
}

function undefinedIfMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
