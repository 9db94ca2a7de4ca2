import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface LogFile {
  readonly path: string;
  /** A file keeps its inode when it is rotated away, and nobody else gets it while we have it open. */
  readonly inode: number;
  readonly modifiedMs: number;
}

const names = /^container\.log(?:\.(\d+))?$/;

/** `container.log.2`, `container.log.1`, `container.log`: the oldest first. Empty when there is no such folder. */
export function listLogFiles(folder: string): readonly LogFile[] {
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
