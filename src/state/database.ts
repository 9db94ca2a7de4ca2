import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { migrations } from './migrations.ts';

export type Connection = Database.Database;

/**
 * Opens tsorch.db, makes or upgrades its tables, and holds it alone until `close()`.
 *
 * Intent is durable when a call returns (WAL, synchronous=FULL). The exclusive lock is what keeps a second daemon off the
 * same root; it ends with the process, however that ends.
 *
 * @throws TsorchError `node.already-running`; `node.bad-database` (damaged, or written by a newer version)
 */
export function openDatabase(path: string): Connection {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const connection = connect(path);
  try {
    if (path !== ':memory:') chmodSync(path, 0o600); // before any secret is in it
    connection.pragma('locking_mode = EXCLUSIVE');
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    connection.exec('BEGIN EXCLUSIVE; COMMIT');
    migrate(connection, path);
    return connection;
  } catch (error) {
    connection.close();
    throw explain(error, path);
  }
}

function connect(path: string): Connection {
  try {
    return new Database(path, { timeout: 0 });
  } catch (error) {
    throw explain(error, path);
  }
}

function migrate(connection: Connection, path: string): void {
  const version = connection.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length)
    throw new TsorchError<ErrorCode>(
      'node.bad-database',
      `${path} was written by a newer version of tsorch`,
      {
        hint: 'update tsorch',
      },
    );
  for (const [step, sql] of migrations.entries()) {
    if (step < version) continue;
    connection.transaction(() => {
      connection.exec(sql);
      connection.pragma(`user_version = ${step + 1}`);
    })();
  }
}

function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_BUSY'))
    return new TsorchError<ErrorCode>('node.already-running', `another daemon uses ${path}`, {
      object: path,
    });
  if (error.code.startsWith('SQLITE_FULL') || error.code === 'SQLITE_IOERR_WRITE')
    return new TsorchError<ErrorCode>('content.no-space', `cannot write ${path}`, { cause: error });
  return new TsorchError<ErrorCode>('node.bad-database', `cannot use ${path}`, {
    cause: error,
    object: path,
  });
}
