import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Why a file must not be obeyed: whoever can write to it, to a directory on the way to it, or to a link there, rules the
 * node. All of them must belong to root or to the daemon's user and be writable by nobody else; in a directory with the
 * sticky bit (`/tmp`) others cannot touch what is not theirs.
 *
 * @returns nothing if the file can be trusted; a missing file cannot do harm
 */
export function distrust(path: string, trustedUser: number): string | undefined {
  try {
    const real = realpathSync(path);
    const places = new Set([...placesOf(path), ...placesOf(real)]);
    for (const place of places) {
      const reason = weakness(place, trustedUser);
      if (reason !== undefined) return reason;
    }
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : message;
  }
}

/** The path and every directory above it. */
function placesOf(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...placesOf(above)];
}

function weakness(place: string, trustedUser: number): string | undefined {
  const link = lstatSync(place);
  const status = link.isSymbolicLink() ? statSync(place) : link;
  for (const { uid } of [link, status]) {
    if (uid !== 0 && uid !== trustedUser) return `${place} belongs to user ${uid}, not to root`;
  }
  if (!isWritableByOthers(status)) return undefined;
  return `${place} is writable by others than its owner (mode ${(status.mode & 0o7777).toString(8).padStart(4, '0')})`;
}

function isWritableByOthers(status: Stats): boolean {
  const isSticky = status.isDirectory() && (status.mode & 0o1000) !== 0;
  return !isSticky && (status.mode & 0o022) !== 0;
}
