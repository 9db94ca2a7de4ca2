import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tarBlock, tarHeader, tarPadding } from './tar-header.ts';

/**
 * A directory's regular files as an uncompressed ustar stream, for OCI layouts, whose names are short by their spec
 * (`blobs/sha256/<64 hex>`). Links and special files do not belong into a layout and are left out.
 */
export async function* tarDirectory(root: string): AsyncGenerator<Buffer> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    yield tarHeader(path.slice(root.length).replace(/^\/+/, ''), size);
    let sent = 0;
    for await (const chunk of createReadStream(path, {
      highWaterMark: 1 << 20,
      end: Math.max(0, size - 1),
    })) {
      sent += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    yield tarPadding(sent);
  }
  yield Buffer.alloc(2 * tarBlock);
}
