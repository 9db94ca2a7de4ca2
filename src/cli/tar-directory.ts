import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const block = 512;

/**
 * A directory's regular files as an uncompressed ustar stream, for OCI layouts, whose names are short by their spec
 * (`blobs/sha256/<64 hex>`). Links and special files do not belong into a layout and are left out.
 */
export async function* tarDirectory(root: string): AsyncGenerator<Buffer> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    yield header(path.slice(root.length).replace(/^\/+/, ''), size);
    let sent = 0;
    for await (const chunk of createReadStream(path, {
      highWaterMark: 1 << 20,
      end: Math.max(0, size - 1),
    })) {
      sent += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (sent % block !== 0) yield Buffer.alloc(block - (sent % block));
  }
  yield Buffer.alloc(2 * block);
}

/** POSIX.1-1988 ustar header of a regular file; names above 100 bytes do not occur in layouts. */
function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100, 'utf8');
  bytes.write('0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('00000000000\0', 136);
  bytes.write('        ', 148);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
