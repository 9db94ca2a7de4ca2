import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface LogFile {
  readonly path: string;
  /** A file keeps its inode when it is rotated away, and nobody else gets it while we have it open. */
  readonly inode: number;
  readonly modifiedMs: number;
}

const names = /^container\.log(?:\.(\d+))?$/;

/**
 * `container.log.2`, `container.log.1`, `container.log`: the oldest first. Empty when there is no such folder.
 *
 * A look during a rotation can miss a file whose name was looked at before it got it; two looks that agree have not.
 */
export function listLogFiles(folder: string): readonly LogFile[] {
  let before = lookAt(folder);
  for (;;) {
    const files = lookAt(folder);
    if (inodes(files) === inodes(before)) return files;
    before = files;
  }
}

function inodes(files: readonly LogFile[]): string {
  return files.map(({ path, inode }) => `${path} ${inode}`).join();
}

function lookAt(folder: string): readonly LogFile[] {
  const found = namesIn(folder).flatMap((name) => {
    const match = names.exec(name);
    const stat = match === null ? undefined : statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat === undefined) return [];
    const age = Number(match?.[1] ?? 0);
    return [{ age, path: join(folder, name), inode: stat.ino, modifiedMs: stat.mtimeMs }];
  });
  return found.sort((a, b) => b.age - a.age);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
