import type { Statement } from 'better-sqlite3';
import type { Connection } from './database.ts';

/** Statements of one connection, each compiled once. */
export class Statements {
  readonly #connection: Connection;
  readonly #prepared = new Map<string, Statement>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(sql: string): Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  transaction<Result>(work: () => Result): Result {
    return this.#connection.transaction(work)();
  }

  /**
   * A transaction that outlives the daemon however that ends, but not a power failure: no fsync, some 20 us instead of
   * milliseconds. For what a reboot makes worthless anyway, since it ends every task: counts of failed tasks, the journal,
   * events. The next durable transaction makes it durable as well (SQLite, "PRAGMA synchronous", WAL).
   */
  relaxed<Result>(work: () => Result): Result {
    if (this.#connection.inTransaction) return work();
    this.#connection.pragma('synchronous = NORMAL');
    try {
      return this.transaction(work);
    } finally {
      this.#connection.pragma('synchronous = FULL');
    }
  }
}
