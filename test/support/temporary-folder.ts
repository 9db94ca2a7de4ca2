import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of this test alone; its path is short enough for unix sockets. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
