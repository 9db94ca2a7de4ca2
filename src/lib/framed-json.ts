import { isUtf8 } from 'node:buffer';

/** 4 bytes length, big endian, then that many bytes of UTF-8 JSON. */
const headerBytes = 4;

/** Longest payload of a frame. */
export const maxFrameBytes = 1 << 20;

/** Levels of arrays and objects; the same bound as serde_json's, so that both ends refuse the same frames. */
const maxDepth = 128;

/** The peer sent something that is no frame; the connection cannot be used any more. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** @throws FrameError when it is longer than a frame may be */
export function encodeFrame(value: object): Buffer {
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  if (length > maxFrameBytes) throw new FrameError(`frame of ${length} bytes, at most ${maxFrameBytes}`);
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headerBytes);
  return frame;
}

/** Cuts a stream of bytes into frames: `push` what came, then `next` until it answers undefined. */
export class FrameDecoder {
  private chunks: Buffer[] = [];
  private buffered = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
  }

  /**
   * The next whole object.
   *
   * @throws FrameError for a frame that is too long, or no JSON object in UTF-8
   */
  next(): object | undefined {
    if (this.buffered < headerBytes) return undefined;
    const length = this.joined().readUInt32BE(0);
    if (length > maxFrameBytes) throw new FrameError(`frame of ${length} bytes, at most ${maxFrameBytes}`);
    if (this.buffered < headerBytes + length) return undefined;
    const all = this.joined();
    const rest = all.subarray(headerBytes + length);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.buffered = rest.length;
    return parseObject(all.subarray(headerBytes, headerBytes + length));
  }

  /** Bytes that belong to no frame given out; the decoder is empty afterwards. */
  takeRest(): Buffer {
    const rest = this.joined();
    this.chunks = [];
    this.buffered = 0;
    return rest;
  }

  /** Joins only when a header or a whole frame is to be read, so that a long frame is not copied at each chunk. */
  private joined(): Buffer {
    const [first] = this.chunks;
    if (first === undefined) return Buffer.alloc(0);
    const headerIsWhole = first.length >= headerBytes;
    if (this.chunks.length === 1 || (headerIsWhole && this.buffered < headerBytes + first.readUInt32BE(0))) {
      return first;
    }
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}

function parseObject(payload: Buffer): object {
  if (!isUtf8(payload)) throw new FrameError('frame is not UTF-8');
  if (isDeeperThan(payload, maxDepth)) throw new FrameError(`frame is nested deeper than ${maxDepth}`);
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch (cause) {
    throw new FrameError('frame is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FrameError('frame is not an object');
  }
  return value;
}

const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{` differ in this bit only, as do `]` and `}`. */
const braceBit = 0x20;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

function isDeeperThan(json: Buffer, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if ((byte | braceBit) === openingBrace) depth += 1;
    else if ((byte | braceBit) === closingBrace) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}
