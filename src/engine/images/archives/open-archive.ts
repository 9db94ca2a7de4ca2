import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Digest } from '../../../model/digest.ts';
import type { ContentStore } from '../content/content-store.ts';
import { layerTypeOf, mediaType } from '../documents/media-types.ts';
import type { ArchiveSource } from './archive-image.ts';

export interface OpenedArchive {
  readonly source: ArchiveSource;
  /** How it is compressed, as the media type of a layer. */
  readonly type: string;
}

/** An archive that is in the store, to be read as often as needed. Of zstd nothing is readable: Node has it from 22 on. */
export async function openUncompressed(content: ContentStore, digest: Digest): Promise<OpenedArchive> {
  const type = layerTypeOf(await firstBytes(content.stream(digest)));
  const open = () => {
    const data = content.stream(digest);
    return type === mediaType.layerGzip ? gunzip(data) : data;
  };
  return { source: { open }, type };
}

async function firstBytes(data: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const chunk of data) return chunk.subarray(0, 8);
  return new Uint8Array();
}

async function* gunzip(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflate = createGunzip();
  // What goes wrong on either side comes out of the iteration below; here it is only kept from being unhandled.
  const feeding = pipeline(data, inflate).catch(() => {});
  try {
    for await (const chunk of inflate) yield chunk as Buffer;
  } finally {
    inflate.destroy();
    await feeding;
  }
}
