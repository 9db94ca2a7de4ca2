import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFileAtomic } from '../../lib/atomic-file.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import { type ContainerFolders, containerPaths, isContainerId } from './container-paths.ts';

interface CachedSpec {
  readonly inode: number;
  readonly modifiedMs: number;
  readonly spec: ContainerSpec;
}

/**
 * The specs of all containers, `containers/<id>/spec.json`: what was applied is read from there, never remembered. A file
 * that has not changed since (a write is a new inode) is not parsed again.
 */
export class SpecStore {
  readonly #folders: ContainerFolders;
  readonly #cache = new Map<string, CachedSpec>();

  constructor(folders: ContainerFolders) {
    this.#folders = folders;
  }

  /** Specs of a version that this program does not know, and unreadable ones, are left out. */
  list(): readonly ContainerSpec[] {
    const ids = folderNames(this.#folders.containers).filter(isContainerId);
    const known = new Set(ids);
    for (const id of this.#cache.keys()) if (!known.has(id)) this.#cache.delete(id);
    return ids.flatMap((id) => this.read(id) ?? []);
  }

  read(id: string): ContainerSpec | undefined {
    const path = containerPaths(this.#folders, id).spec;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const cached = this.#cache.get(id);
    if (cached?.inode === stat.ino && cached.modifiedMs === stat.mtimeMs) return cached.spec;
    const spec = parseSpec(path);
    if (spec !== undefined) this.#cache.set(id, { inode: stat.ino, modifiedMs: stat.mtimeMs, spec });
    return spec;
  }

  /** Not forced to the disk: a power failure costs at worst a container that is seconds old, and it is made again. */
  write(spec: ContainerSpec): void {
    const { directory, spec: path } = containerPaths(this.#folders, spec.id);
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    writeFileAtomic(path, JSON.stringify(spec), { mode: 0o600 });
  }
}

function parseSpec(path: string): ContainerSpec | undefined {
  try {
    const spec = JSON.parse(readFileSync(path, 'utf8')) as ContainerSpec;
    return spec.version === 1 ? spec : undefined;
  } catch {
    return undefined;
  }
}

function folderNames(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
