import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTextFile } from '../../../src/spec/input-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

it('reads text, and says what is absent', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), 'ä');
  expect(readTextFile(join(folder, 'a'))).toEqual({ kind: 'text', text: 'ä' });
  expect(readTextFile(join(folder, 'b'))).toEqual({ kind: 'absent' });
  expect(readTextFile(join(folder, 'a', 'b'))).toEqual({ kind: 'absent' });
  expect(readTextFile('/dev/null')).toEqual({ kind: 'text', text: '' });
});

it('refuses what is no file of text, without waiting for it', () => {
  const folder = temporaryFolder();
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'directory'));
  writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
  writeFileSync(join(folder, 'huge'), '');
  truncateSync(join(folder, 'huge'), 5 * 1024 * 1024);
  for (const name of ['pipe', 'directory', 'binary', 'huge']) {
    expect(readTextFile(join(folder, name))).toMatchObject({ kind: 'unreadable' });
  }
  expect(readTextFile('/dev/zero')).toMatchObject({ kind: 'unreadable' });
});
