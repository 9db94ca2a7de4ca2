import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../lib/atomic-file.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { ObservedVolume } from '../../model/observed-state.ts';
import type { VolumeDefinition } from '../../model/stack.ts';
import type { VolumeDriver } from './volume-driver.ts';

/** `volumes/<name>/volume.json`; written last, so a volume without it is still being made. */
interface VolumeMetadata {
  readonly version: 1;
  readonly name: string;
  readonly stack?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where removed volumes go before their content is deleted; no volume can have this name. */
const trash = '.trash';

/** Volumes as directories of the node: `volumes/<name>/data` with its metadata beside it. */
export class LocalVolumeDriver implements VolumeDriver {
  readonly #folder: string;

  /** @param folder  `<root>/volumes` */
  constructor(folder: string) {
    this.#folder = folder;
  }

  list(): Promise<readonly ObservedVolume[]> {
    if (!existsSync(this.#folder)) return Promise.resolve([]);
    const volumes = readdirSync(this.#folder).flatMap((name) => {
      const metadata = this.#read(name);
      if (metadata === undefined) return [];
      return [{ name, ...(metadata.stack === undefined ? {} : { stack: metadata.stack }) }];
    });
    return Promise.resolve(volumes);
  }

  async ensure(definition: VolumeDefinition, owner: { readonly stack: string }): Promise<void> {
    const { name, external, labels } = definition;
    if (this.#read(name) !== undefined) return;
    if (external) throw notFound(name);
    const directory = this.#path(name);
    mkdirSync(join(directory, 'data'), { recursive: true, mode: 0o755 });
    const metadata: VolumeMetadata = { version: 1, name, stack: owner.stack, labels };
    writeFileAtomic(join(directory, 'volume.json'), JSON.stringify(metadata), { mode: 0o600, durable: true });
  }

  async directory(name: string): Promise<string> {
    if (this.#read(name) === undefined) throw notFound(name);
    return join(this.#path(name), 'data');
  }

  async remove(name: string): Promise<void> {
    const directory = this.#path(name);
    const removed = join(this.#folder, trash, name);
    await rm(removed, { recursive: true, force: true });
    if (existsSync(directory)) {
      mkdirSync(join(this.#folder, trash), { recursive: true, mode: 0o700 });
      renameSync(directory, removed);
    }
    await rm(removed, { recursive: true, force: true });
  }

  #read(name: string): VolumeMetadata | undefined {
    if (!isVolumeName(name)) return undefined;
    const path = join(this.#path(name), 'volume.json');
    if (!existsSync(path)) return undefined;
    return JSON.parse(readFileSync(path, 'utf8')) as VolumeMetadata;
  }

  #path(name: string): string {
    if (!isVolumeName(name)) throw notFound(name);
    return join(this.#folder, name);
  }
}

/** As Docker allows them; it becomes the name of a folder. */
function isVolumeName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}$/.test(name);
}

function notFound(name: string): TsorchError<ErrorCode> {
  return new TsorchError<ErrorCode>('volume.not-found', `there is no volume "${name}"`, { object: name });
}
