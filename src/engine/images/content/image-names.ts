import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { DocumentReader } from '../documents/document-reader.ts';
import { readDescriptor } from '../documents/manifest.ts';
import { mediaType } from '../documents/media-types.ts';

/** image-spec, annotations.md: the name of a descriptor in `index.json`. */
export const refName = 'org.opencontainers.image.ref.name';
/** containerd's and Docker's, which some tools look for instead. */
export const imageName = 'io.containerd.image.name';
/** That nobody but this node vouches for the image: it came by an import. Never taken over from somebody else's descriptor. */
const origin = 'dev.tsorch.image.origin';

/**
 * Which name stands for which manifest: the layout's `index.json`, which other tools read and write too. Names are complete
 * (`docker.io/library/nginx:1.27`).
 *
 * This file is the only record of names: read at each look, so that what another tool adds is seen, and replaced by rename,
 * durably. There is no second copy (in a database) that a crash could leave different.
 */
export class ImageNames {
  readonly #path: string;
  /** As read last, and which file that was: a replaced one has another inode, a rewritten one another time or size. */
  #known: { readonly file: string; readonly entries: readonly Descriptor[] } | undefined;

  /** @param directory  `<root>/images` */
  constructor(directory: string) {
    this.#path = join(directory, 'index.json');
  }

  list(): ReadonlyMap<string, Descriptor> {
    return new Map(
      this.#read().flatMap((entry) => {
        const name = nameOf(entry);
        return name === undefined ? [] : [[name, entry] as const];
      }),
    );
  }

  /** Everything that the layout holds on to, entries without a name (other tools' pins) included. */
  targets(): readonly Descriptor[] {
    return this.#read();
  }

  find(name: string): Descriptor | undefined {
    return this.list().get(name);
  }

  /** Whether the name was given by an import. */
  isImported(name: string): boolean {
    return this.find(name)?.annotations?.[origin] === 'import';
  }

  set(
    name: string,
    { annotations = {}, ...target }: Descriptor,
    { isImported = false }: { readonly isImported?: boolean } = {},
  ): void {
    const others = this.#read().filter((entry) => nameOf(entry) !== name);
    const { [origin]: _, ...kept } = annotations;
    const own = { [refName]: name, [imageName]: name, ...(isImported ? { [origin]: 'import' } : {}) };
    const named = { ...target, annotations: { ...kept, ...own } };
    this.#write([...others, named]);
  }

  remove(name: string): void {
    this.#write(this.#read().filter((entry) => nameOf(entry) !== name));
  }

  #read(): readonly Descriptor[] {
    const status = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (status === undefined) return [];
    const file = `${status.ino} ${status.size} ${status.mtimeNs} ${status.ctimeNs}`;
    if (this.#known?.file === file) return this.#known.entries;
    // A file that is replaced in between is read under the old one's key, and so again at the next look.
    const entries = this.#parse(readFileSync(this.#path));
    this.#known = { file, entries };
    return entries;
  }

  #parse(bytes: Buffer): readonly Descriptor[] {
    const reader = new DocumentReader(this.#path);
    const manifests = reader.list(reader.parse(bytes)['manifests'] ?? [], 'manifests');
    return manifests.map((entry, at) => readDescriptor(reader, entry, `manifests[${at}]`));
  }

  #write(manifests: readonly Descriptor[]): void {
    const index = { schemaVersion: 2, mediaType: mediaType.index, manifests };
    writeFileAtomic(this.#path, JSON.stringify(index), { durable: true });
  }
}

/** The complete name of an entry; undefined = it has none. */
export function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[refName];
}
