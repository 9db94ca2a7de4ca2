import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { layerMediaType, ociLayer } from '../media-types.ts';
import { archiveKind } from './archive-kind.ts';
import { importDockerArchive } from './import-docker-archive.ts';
import { importLayout } from './import-layout.ts';
import { importRootfs } from './import-rootfs.ts';
import type { ImportedImage, ImportParts } from './imported-image.ts';

export interface ImportImagesParts extends ImportParts {
  /** `<root>/images` */
  readonly directory: string;
  /** For a root file system. */
  readonly command: readonly string[];
}

/** Takes in whatever the archive is. It is kept on disk while it is read, as some kinds must be read twice. */
export async function importImages(
  data: AsyncIterable<Uint8Array>,
  parts: ImportImagesParts,
): Promise<readonly ImportedImage[]> {
  const { directory, signal, content, command } = parts;
  const path = join(directory, 'ingest', `import-${randomUUID()}`);
  try {
    await pipeline(data, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
    const head = await firstBytes(path);
    const source = { open: () => readTar(path, head) };
    // A tar that Node cannot inflate can only be a layer; the native worker reads it.
    const isReadable = !layerMediaType(head).endsWith('+zstd');
    const kind = isReadable ? await archiveKind(source.open) : 'rootfs';
    if (kind === 'layout') return await importLayout(source, parts);
    if (kind === 'docker') return await importDockerArchive(source, parts);
    const blob = await content.ingest(createReadStream(path), { signal });
    return [await importRootfs(blob, parts, { command, head })];
  } finally {
    await rm(path, { force: true });
  }
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(8);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function readTar(path: string, head: Uint8Array): AsyncIterable<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  return layerMediaType(head) === ociLayer ? file : file.pipe(createGunzip());
}
