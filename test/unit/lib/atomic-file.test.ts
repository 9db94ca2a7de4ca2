import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../src/lib/atomic-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('writing a file atomically', () => {
  it('replaces the old content and leaves nothing else behind', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'spec.json');
    writeFileAtomic(path, 'old', { durable: true });
    writeFileAtomic(path, 'new', { mode: 0o600, durable: true });
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['spec.json']);
  });

  it('makes a new inode, so that who has the old file open keeps it', () => {
    const path = join(temporaryFolder(), 'spec.json');
    writeFileAtomic(path, 'old');
    const before = statSync(path).ino;
    writeFileAtomic(path, 'new');
    expect(statSync(path).ino).not.toBe(before);
  });
});
