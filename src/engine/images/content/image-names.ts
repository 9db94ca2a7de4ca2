import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import { type Descriptor, descriptor, parseJsonObject } from '../documents.ts';

/** image-spec, annotations.md: the name of a descriptor in `index.json`. */
const refName = 'org.opencontainers.image.ref.name';

/**
 * Which name stands for which manifest: the layout's `index.json`, which other tools read too. Names are full
 * (`docker.io/library/nginx:1.27`). Read at each look, so that what another tool adds is seen; written by rename.
 */
export class ImageNames {
  readonly #path: string;

  /** @param directory  `<root>/images` */
  constructor(directory: string) {
    this.#path = join(directory, 'index.json');
  }

  list(): ReadonlyMap<string, Descriptor> {
    const names = new Map<string, Descriptor>();
    for (const entry of this.#read()) {
      const name = entry.annotations?.[refName];
      if (name !== undefined) names.set(name, entry);
    }
    return names;
  }

  find(name: string): Descriptor | undefined {
    return this.list().get(name);
  }

  set(name: string, target: Descriptor): void {
    const others = this.#read().filter(({ annotations }) => annotations?.[refName] !== name);
    this.#write([...others, { ...target, annotations: { ...target.annotations, [refName]: name } }]);
  }

  remove(name: string): void {
    this.#write(this.#read().filter(({ annotations }) => annotations?.[refName] !== name));
  }

  #read(): readonly Descriptor[] {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const { manifests } = parseJsonObject(bytes, 'image index');
    return Array.isArray(manifests) ? manifests.map(descriptor) : [];
  }

  #write(manifests: readonly Descriptor[]): void {
    writeFileAtomic(this.#path, JSON.stringify({ schemaVersion: 2, manifests }), { durable: true });
  }
}
