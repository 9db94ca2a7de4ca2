/** Docker's stream header: stream, three zero bytes, length 32-bit big endian; length 0 = end of that stream. */
const headerBytes = 8;

export const streams = { stdin: 0, stdout: 1, stderr: 2, control: 3 } as const;

export function encodeChunk(stream: number, data: Uint8Array): Buffer {
  const chunk = Buffer.allocUnsafe(headerBytes + data.length);
  chunk.writeUInt32BE(stream << 24, 0);
  chunk.writeUInt32BE(data.length, 4);
  chunk.set(data, headerBytes);
  return chunk;
}

/** A piece of a chunk; `isLast` with its last bytes. A chunk of length 0 is one empty piece. */
export interface ChunkPiece {
  readonly stream: number;
  readonly data: Buffer;
  readonly isLast: boolean;
}

/** Gives out chunks piece by piece as they come, so that no length announced by the peer is ever allocated. */
export class ChunkDecoder {
  #header = Buffer.alloc(0);
  #stream = 0;
  #missing = 0;

  *decode(bytes: Buffer): Generator<ChunkPiece> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#missing === 0) {
        rest = this.#readHeader(rest);
        if (this.#header.length > 0) return;
        if (this.#missing === 0) yield { stream: this.#stream, data: rest.subarray(0, 0), isLast: true };
        continue;
      }
      const data = rest.subarray(0, this.#missing);
      rest = rest.subarray(data.length);
      this.#missing -= data.length;
      yield { stream: this.#stream, data, isLast: this.#missing === 0 };
    }
  }

  /** Bytes after the header; `#header` is empty when it was whole. */
  #readHeader(bytes: Buffer): Buffer {
    const needed = headerBytes - this.#header.length;
    const header = Buffer.concat([this.#header, bytes.subarray(0, needed)]);
    const isWhole = header.length === headerBytes;
    this.#header = isWhole ? Buffer.alloc(0) : header;
    if (isWhole) {
      this.#stream = header.readUInt8(0);
      this.#missing = header.readUInt32BE(4);
    }
    return bytes.subarray(needed);
  }
}
