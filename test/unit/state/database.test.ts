import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/state/database.ts';
import { migrations } from '../../../src/state/migrations.ts';

describe('openDatabase', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tsorch-db-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('refuses a second daemon on the same root', () => {
    const path = join(directory, 'tsorch.db');
    const first = openDatabase(path);
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'node.already-running' }));
    first.close();
    openDatabase(path).close();
  });

  it('is readable by its owner only and in the newest version', () => {
    const path = join(directory, 'tsorch.db');
    const connection = openDatabase(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(connection.pragma('user_version', { simple: true })).toBe(migrations.length);
    connection.close();
  });

  it('says which file is damaged', () => {
    const path = join(directory, 'tsorch.db');
    writeFileSync(path, 'no database at all, but long enough to be read as one'.repeat(20));
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({ code: 'node.bad-database', object: path }),
    );
  });

  it('refuses what a newer version wrote', () => {
    const path = join(directory, 'tsorch.db');
    const connection = openDatabase(path);
    connection.pragma(`user_version = ${migrations.length + 1}`);
    connection.close();
    expect(() => openDatabase(path)).toThrow(/newer version/);
  });
});
