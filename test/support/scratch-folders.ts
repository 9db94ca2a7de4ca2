import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'tsorch-test-';
const ownerFile = 'owner';

/**
 * A folder for a node of the tests. It tells which process made it, so that the next run can take down what a killed
 * run left. Its path is short enough for unix sockets.
 */
export function makeScratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(folder, ownerFile), identityOf(process.pid) ?? '');
  return folder;
}

/** Folders whose makers are gone. One that names no maker belongs to tests of the native half, which may be running. */
export function abandonedFolders(): readonly string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name))
    .filter((folder) => existsSync(join(folder, ownerFile)) && !isOwned(folder));
}

function isOwned(folder: string): boolean {
  const owner = readFileSync(join(folder, ownerFile), 'utf8');
  return owner === identityOf(Number(owner.split(' ')[0]));
}

/** Pid and start time, which a later process with the same pid does not share (proc(5), `/proc/pid/stat` field 22). */
function identityOf(pid: number): string | undefined {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop() ?? '';
    return `${pid} ${afterName.split(' ')[19]}`;
  } catch {
    return undefined;
  }
}
