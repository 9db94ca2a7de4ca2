import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

/** A stack in the watched directory: one file, or a folder with a file of a usual name. */
export interface StackSource {
  /** Of the file, or of the main file in the folder: what the source is known by. */
  readonly path: string;
  /** The main file and its override, to be merged in this order. */
  readonly files: readonly string[];
  /** Name of the stack if the file gives none: the file's without its ending, or the folder's. */
  readonly fallbackName: string;
}

const mainNames = ['stack', 'compose', 'docker-compose'];
const endings = ['.yaml', '.yml'];

/** @throws the error of the file system when the directory cannot be read */
export function findSources(directory: string): StackSource[] {
  const names = readdirSync(directory).filter((name) => !isPassedBy(name));
  return names.sort().flatMap((name) => {
    const path = join(directory, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) return folderSource(path) ?? [];
    if (!endings.includes(extname(name)) || !status?.isFile()) return [];
    return { path, files: [path], fallbackName: basename(name, extname(name)) };
  });
}

/** Hidden files, and what editors and package managers leave while they work. */
export function isPassedBy(name: string): boolean {
  return /^\.|^#.*#$|~$|\.(?:swp|swx|tmp|bak|dpkg-\w+|rpm\w+)$/.test(name);
}

function folderSource(folder: string): StackSource | undefined {
  const candidates = mainNames.flatMap((name) =>
    endings.map((ending) => ({ name, path: join(folder, name + ending) })),
  );
  const main = candidates.find(({ path }) => existsSync(path));
  if (main === undefined) return undefined;
  const overrides = endings.map((ending) => join(folder, `${main.name}.override${ending}`));
  const override = overrides.find((path) => existsSync(path));
  const files = override === undefined ? [main.path] : [main.path, override];
  return { path: main.path, files, fallbackName: basename(folder) };
}
