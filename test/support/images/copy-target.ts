import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImageCopyRequest } from '../../../src/engine/images/copy/image-copier.ts';
import { type TarMember, tar } from './tar.ts';

/** What comes out of a copy to an archive or folder. */
export class CopiedMembers {
  readonly members = new Map<string, Buffer>();

  readonly sink: NonNullable<ImageCopyRequest['sink']> = async (name, size, bytes) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (body.length !== size) throw new Error(`${name} has ${body.length} bytes, told were ${size}`);
    if (this.members.has(name)) throw new Error(`${name} came twice`);
    this.members.set(name, body);
  };

  tar(): Buffer {
    return tar([...this.members].map(([name, text]): TarMember => ({ name, text })));
  }

  writeTo(folder: string): string {
    for (const [name, bytes] of this.members) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    return folder;
  }
}
