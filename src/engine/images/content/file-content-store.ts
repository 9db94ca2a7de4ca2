import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { abortable, type CallOptions } from '../../../lib/abort.ts';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import { TsorchError } from '../../../lib/errors.ts';
import { type Digest, digestHex, isDigest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { bad, largestDocument } from '../documents.ts';
import type { ContentStore, ExpectedContent, StoredContent } from './content-store.ts';

/** Blobs as files below `<root>/images/blobs/sha256`. */
export class FileContentStore implements ContentStore {
  readonly #blobs: string;
  readonly #ingest: string;
  readonly #joined = new Map<Digest, Promise<void>>();

  /** @param directory  `<root>/images`; made if missing. What an earlier process left half written is removed */
  constructor(directory: string) {
    this.#blobs = join(directory, 'blobs', 'sha256');
    this.#ingest = join(directory, 'ingest');
    mkdirSync(this.#blobs, { recursive: true, mode: 0o700 });
    mkdirSync(this.#ingest, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#ingest)) rmSync(join(this.#ingest, name), { recursive: true });
    writeFileAtomic(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  }

  async size(digest: Digest): Promise<number | undefined> {
    try {
      return (await stat(this.#path(digest))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async read(digest: Digest): Promise<Buffer | undefined> {
    const size = await this.size(digest);
    if (size === undefined) return undefined;
    if (size > largestDocument) throw bad(`${digest} is larger than ${largestDocument} bytes`);
    const bytes = await readFile(this.#path(digest));
    const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (actual !== digest) throw mismatch(digest, actual);
    return bytes;
  }

  async ingest(data: AsyncIterable<Uint8Array>, { signal }: CallOptions = {}): Promise<StoredContent> {
    const path = join(this.#ingest, randomUUID());
    try {
      const written = await writeHashed(path, data, signal);
      await rename(path, this.#path(written.digest));
      return written;
    } catch (error) {
      await rm(path, { force: true });
      throw asNoSpace(error);
    }
  }

  async ingestExpected(
    expected: ExpectedContent,
    openData: () => AsyncIterable<Uint8Array>,
    options: CallOptions = {},
  ): Promise<void> {
    const { digest } = expected;
    if ((await this.size(digest)) === expected.size) return;
    let joined = this.#joined.get(digest);
    if (joined === undefined) {
      joined = this.#bringIn(expected, openData, options).finally(() => this.#joined.delete(digest));
      this.#joined.set(digest, joined);
    }
    await abortable(joined, options.signal);
  }

  async list(): Promise<readonly Digest[]> {
    const names = await readdir(this.#blobs);
    return names.map((name) => `sha256:${name}`).filter(isDigest);
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.#path(digest), { force: true });
  }

  async #bringIn(
    expected: ExpectedContent,
    openData: () => AsyncIterable<Uint8Array>,
    { signal }: CallOptions,
  ) {
    const { digest, size } = expected;
    const path = join(this.#ingest, randomUUID());
    try {
      const written = await writeHashed(path, limited(openData(), expected), signal);
      if (written.size !== size) throw wrongSize(expected, written.size);
      if (written.digest !== digest) throw mismatch(digest, written.digest);
      await rename(path, this.#path(digest));
    } catch (error) {
      await rm(path, { force: true });
      throw asNoSpace(error);
    }
  }

  #path(digest: Digest): string {
    return join(this.#blobs, digestHex(digest));
  }
}

async function writeHashed(
  path: string,
  data: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<StoredContent> {
  const hash = createHash('sha256');
  const file: FileHandle = await open(path, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of data) {
      signal?.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hash.digest('hex')}` as Digest, size };
}

/** A source that sends more than was announced is cut off, not written to the end. */
async function* limited(
  data: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of data) {
    size += chunk.length;
    if (size > expected.size) throw wrongSize(expected, size);
    yield chunk;
  }
}

function mismatch(expected: Digest, actual: string): TsorchError<ErrorCode> {
  return new TsorchError('content.digest-mismatch', `content is ${actual}, but ${expected} was expected`, {
    object: expected,
  });
}

function wrongSize({ digest, size }: ExpectedContent, actual: number): TsorchError<ErrorCode> {
  return new TsorchError(
    'content.size-mismatch',
    `${digest} has ${actual} bytes or more, but ${size} were announced`,
    {
      object: digest,
    },
  );
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function asNoSpace(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new TsorchError<ErrorCode>('content.no-space', 'there is no space left for the image', {
    cause: error,
    retryable: true,
  });
}
