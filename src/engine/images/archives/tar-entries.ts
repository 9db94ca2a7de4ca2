import { Readable } from 'node:stream';
import { createTarDecoder } from 'modern-tar';
import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';

export interface TarEntry {
  /** As written in the archive, without a leading `./`; never to be used as a path. */
  readonly name: string;
  readonly type: string;
  /** Bytes of the body. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Entries of an uncompressed tar in their order. What a caller does not read of an entry is passed over. Only for looking
 * into image archives: layers are unpacked natively.
 *
 * @throws TsorchError `image.bad-archive`
 */
export async function* tarEntries(data: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = Readable.toWeb(Readable.from(data)) as ReadableStream<Uint8Array>;
  try {
    for await (const { header, body } of source.pipeThrough(createTarDecoder({ strict: true }))) {
      yield {
        name: header.name.replace(/^(?:\.\/)+/, ''),
        type: header.type ?? 'file',
        size: header.size,
        body: body as unknown as AsyncIterable<Uint8Array>,
      };
      if (!body.locked) await body.cancel();
    }
  } catch (error) {
    if (error instanceof TsorchError) throw error;
    throw new TsorchError<ErrorCode>('image.bad-archive', 'the archive is no intact tar file', {
      cause: error,
    });
  }
}

/** @throws TsorchError `image.bad-archive` for more than `limit` bytes */
export async function readSmall({ name, body }: TarEntry, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit)
      throw new TsorchError<ErrorCode>('image.bad-archive', `${name} in the archive is too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An earlier import of the same archive may have been interrupted within this blob. */
export async function* skipBytes(data: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of data) {
    if (left < chunk.length) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.length);
  }
}
