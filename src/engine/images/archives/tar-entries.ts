import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { ByteReader } from './byte-reader.ts';
import { brokenTar, readPaxRecords, readTarHeader, type TarHeader, tarBlock } from './tar-header.ts';

export interface TarEntry {
  /** As written in the archive, without a leading `./`; never to be used as a path. */
  readonly name: string;
  readonly type: 'file' | 'directory' | 'other';
  /** Bytes of the body. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a header says of the one behind it. */
interface Override {
  readonly name?: string;
  readonly size?: number;
}

const types: Readonly<Record<string, TarEntry['type']>> = { '0': 'file', '7': 'file', '5': 'directory' };
/** Of long names. */
const maxExtraBytes = 1 << 20;

/**
 * Entries of an uncompressed tar in their order. What a caller does not read of an entry is passed over. Only for looking
 * into image archives: layers are unpacked natively.
 *
 * @throws TsorchError `image.bad-archive`
 */
export async function* tarEntries(data: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = data[Symbol.asyncIterator]();
  const reader = new ByteReader(source);
  try {
    let override: Override = {};
    for (;;) {
      const header = await nextHeader(reader);
      if (header === undefined) return;
      const isExtra = 'LxKg'.includes(header.flag);
      const found = isExtra ? header : { ...header, ...override };
      const body = new Body(reader, found.size);
      if (isExtra) override = { ...override, ...(await readOverride(header, body)) };
      else {
        override = {};
        const name = found.name.replace(/^(?:\.\/)+/, '');
        yield { name, type: types[header.flag] ?? 'other', size: found.size, body: body.bytes() };
      }
      await body.passOver();
    }
  } catch (error) {
    throw error instanceof TsorchError ? error : brokenBy(error);
  } finally {
    await source.return?.();
  }
}

async function nextHeader(reader: ByteReader): Promise<TarHeader | undefined> {
  const block = await reader.take(tarBlock);
  if (block === undefined) throw brokenTar('it has no end');
  return readTarHeader(block);
}

async function readOverride({ flag, size }: TarHeader, body: Body): Promise<Override> {
  // Targets of links, and what is meant for all: of no interest here.
  if (flag === 'K' || flag === 'g') return {};
  if (size > maxExtraBytes) throw brokenTar('a name is too long');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.bytes()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (flag === 'L') return { name: bytes.toString('utf8').replace(/\0.*$/s, '') };
  const records = readPaxRecords(bytes);
  const [name, length] = [records.get('path'), records.get('size')];
  if (length !== undefined && !/^\d{1,15}$/.test(length))
    throw brokenTar('the size of a member is no number');
  return {
    ...(name === undefined ? {} : { name }),
    ...(length === undefined ? {} : { size: Number(length) }),
  };
}

/** The bytes of one member; they must be behind us before the next header is read. */
class Body {
  readonly #reader: ByteReader;
  readonly #padding: number;
  #left: number;

  constructor(reader: ByteReader, size: number) {
    this.#reader = reader;
    this.#left = size;
    this.#padding = (tarBlock - (size % tarBlock)) % tarBlock;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    while (this.#left > 0) {
      const part = await this.#reader.some(this.#left);
      if (part === undefined) throw brokenTar('it ends within a member');
      this.#left -= part.length;
      yield part;
    }
  }

  async passOver(): Promise<void> {
    for await (const _ of this.bytes());
    if (this.#padding > 0) await this.#reader.take(this.#padding);
  }
}

function brokenBy(cause: unknown): TsorchError<ErrorCode> {
  return new TsorchError('image.bad-archive', 'the archive is no intact tar file', { cause });
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
