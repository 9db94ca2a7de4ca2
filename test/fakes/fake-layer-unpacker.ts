import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LayerBlob, LayerUnpacker, UnpackedLayer } from '../../src/engine/images/layer-unpacker.ts';
import { TsorchError } from '../../src/lib/errors.ts';
import { type Digest, digestHex } from '../../src/model/digest.ts';
import type { ErrorCode } from '../../src/model/error-code.ts';
import { digestOf } from '../support/images/image-fixture.ts';

/** Verifies layers as hostd does, and makes their directories without any file of theirs. gzip and plain tar. */
export class FakeLayerUnpacker implements LayerUnpacker {
  /** DiffIDs, in the order in which they were really unpacked. */
  readonly unpacked: Digest[] = [];
  readonly #images: string;

  /** @param images  `<root>/images` */
  constructor(images: string) {
    this.#images = images;
  }

  async unpack({ blob, size, diffId }: LayerBlob): Promise<UnpackedLayer> {
    const path = join(this.#images, 'blobs', 'sha256', digestHex(blob));
    if (!existsSync(path)) throw problem('image.not-found', `blob ${blob} is not in the store`);
    const bytes = readFileSync(path);
    if (bytes.length !== size)
      throw problem('content.size-mismatch', `blob ${blob} has ${bytes.length} bytes`);
    if (digestOf(bytes) !== blob) throw problem('content.digest-mismatch', `blob ${blob} is damaged`);
    const tar = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
    if (tar.length % 512 !== 0) throw problem('layer.bad-tar', `${blob} is not a sound tar archive`);
    const actual = digestOf(tar);
    if (diffId !== undefined && diffId !== actual)
      throw problem('content.digest-mismatch', `layer ${blob} has the diffID ${actual}`);
    if (!existsSync(this.#directory(actual))) {
      mkdirSync(join(this.#directory(actual), 'fs'), { recursive: true });
      writeFileSync(join(this.#directory(actual), 'layer.json'), '{}');
      this.unpacked.push(actual);
    }
    return { diffId: actual, entries: 0, sizeBytes: tar.length };
  }

  async remove(diffId: Digest): Promise<void> {
    rmSync(this.#directory(diffId), { recursive: true, force: true });
  }

  #directory(diffId: Digest): string {
    return join(this.#images, 'layers', digestHex(diffId));
  }
}

function problem(code: ErrorCode, message: string): TsorchError<ErrorCode> {
  return new TsorchError(code, message);
}
