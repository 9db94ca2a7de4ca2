import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestHex, isDigest } from '../../model/digest.ts';

/** Unpacked layers as they stand on the disk; hostd makes and removes them (schemas/protocol/hostd.md, Layers). */
export class LayerDirectories {
  readonly #path: string;

  /** @param directory  `<root>/images` */
  constructor(directory: string) {
    this.#path = join(directory, 'layers');
  }

  has(diffId: Digest): boolean {
    return existsSync(join(this.#path, digestHex(diffId), 'layer.json'));
  }

  list(): readonly Digest[] {
    if (!existsSync(this.#path)) return [];
    return readdirSync(this.#path)
      .map((name) => `sha256:${name}`)
      .filter(isDigest);
  }
}
