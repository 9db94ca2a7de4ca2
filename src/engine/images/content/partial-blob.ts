import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, renameSync } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CallOptions } from '../../../lib/abort.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { ContentKey } from './content-store.ts';

/** Bytes that are gathered before they are written: fewer and larger system calls. */
const batchBytes = 1 << 20;

/**
 * A blob on its way into the store: a file that grows and is hashed as it grows. Order: `resume` or nothing, `append`,
 * `finish`, `moveTo`; or `close` (the file stays for another time) or `discard` at any point.
 */
export class PartialBlob {
  readonly #path: string;
  #hash: Hash = createHash('sha256');
  #size = 0;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes over what an earlier attempt left, unless it is more than can be; gives the number of bytes. */
  async resume(maxBytes: number, signal: AbortSignal): Promise<number> {
    const found = await stat(this.#path).catch(() => undefined);
    if (found === undefined || found.size === 0) return 0;
    if (found.size > maxBytes) {
      await this.discard();
      return 0;
    }
    for await (const chunk of createReadStream(this.#path, { highWaterMark: batchBytes, signal }))
      this.#hash.update(chunk as Buffer);
    this.#size = found.size;
    return found.size;
  }

  /** @throws TsorchError `content.size-mismatch` beyond `maxBytes`, `content.no-space` */
  async append(
    data: AsyncIterable<Uint8Array>,
    { signal, maxBytes = Number.POSITIVE_INFINITY }: CallOptions & { readonly maxBytes?: number } = {},
  ): Promise<void> {
    this.#file ??= await open(this.#path, 'a', 0o600).catch(explain);
    let batch: Uint8Array[] = [];
    let batched = 0;
    try {
      for await (const chunk of data) {
        signal?.throwIfAborted();
        if (this.#size + batched + chunk.length > maxBytes) throw tooLong(maxBytes);
        batch.push(chunk);
        batched += chunk.length;
        if (batched < batchBytes) continue;
        await this.#write(batch);
        batch = [];
        batched = 0;
      }
    } finally {
      // Also when the source broke: what came is not asked for again.
      await this.#write(batch);
    }
  }

  /** All bytes are on the disk; says what they are. @throws TsorchError `content.no-space` */
  async finish(): Promise<ContentKey> {
    await this.#file?.sync().catch(explain);
    await this.close();
    return { digest: `sha256:${this.#hash.digest('hex')}` as Digest, size: this.#size };
  }

  /** Synchronous, so that nothing can come between: the name appears, and stays after a power cut. */
  moveTo(path: string): void {
    renameSync(this.#path, path);
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.#path, { force: true });
    this.#hash = createHash('sha256');
    this.#size = 0;
  }

  async #write(batch: readonly Uint8Array[]): Promise<void> {
    for (const chunk of batch) {
      this.#hash.update(chunk);
      this.#size += chunk.length;
    }
    if (batch.length === 0) return;
    const bytes = batch.length === 1 ? batch[0] : Buffer.concat(batch);
    if (bytes !== undefined) await this.#file?.appendFile(bytes).catch(explain);
  }
}

function tooLong(maxBytes: number): TsorchError<ErrorCode> {
  return new TsorchError('content.size-mismatch', `more than the ${maxBytes} bytes announced came`);
}

function explain(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
  throw new TsorchError<ErrorCode>('content.no-space', 'there is no space left for the image', {
    cause: error,
    retryable: true,
  });
}
