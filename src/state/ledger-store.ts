import type { Backoff, Hold, Ledger, Memo, StepFailure } from '../model/ledger.ts';
import type { Connection } from './database.ts';

/** What the planner must remember (model/ledger.ts). Every change raises the stack's sequence in the same transaction. */
export class LedgerStore {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** @returns undefined for an unknown stack */
  read(stack: string): Ledger | undefined {
    const row = this.#db
      .prepare('SELECT id, sequence, tag_key AS tagKey FROM stack WHERE name = ?')
      .get(stack) as { readonly id: number; readonly sequence: number; readonly tagKey: string } | undefined;
    if (row === undefined) return undefined;
    const all = <Row>(sql: string) => this.#db.prepare(sql).all(row.id) as Row[];
    return {
      sequence: row.sequence,
      tagKey: row.tagKey,
      holds: all<Hold>('SELECT key, reason, since, boot_id AS bootId FROM hold WHERE stack = ? ORDER BY key'),
      backoffs: all<Backoff>(
        `SELECT key, container, class, attempts, window_start AS windowStart, not_before AS notBefore, task
         FROM backoff WHERE stack = ? ORDER BY key`,
      ),
      failures: all<{ document: string }>(
        'SELECT document FROM step_failure WHERE stack = ? ORDER BY step',
      ).map(({ document }) => JSON.parse(document) as StepFailure),
      memos: all<Memo>('SELECT service, definition, at FROM memo WHERE stack = ? ORDER BY service'),
      renewals: toRecord(
        all('SELECT container AS key, task AS value FROM renewal WHERE stack = ? ORDER BY container'),
      ),
      nonces: toRecord(all('SELECT key, nonce AS value FROM slot WHERE stack = ? ORDER BY key')),
      subnets: this.subnets(),
    };
  }

  putHold(stack: string, hold: Hold): void {
    this.#change(stack, (id) =>
      this.#db
        .prepare('INSERT OR REPLACE INTO hold (stack, key, reason, since, boot_id) VALUES (?, ?, ?, ?, ?)')
        .run(id, hold.key, hold.reason, hold.since, hold.bootId),
    );
  }

  dropHold(stack: string, key: string): void {
    this.#change(stack, (id) =>
      this.#db.prepare('DELETE FROM hold WHERE stack = ? AND key = ?').run(id, key),
    );
  }

  putBackoff(stack: string, backoff: Backoff): void {
    this.#change(stack, (id) =>
      this.#db
        .prepare(
          `INSERT OR REPLACE INTO backoff (stack, key, container, class, attempts, window_start, not_before, task)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          id,
          backoff.key,
          backoff.container,
          backoff.class,
          backoff.attempts,
          backoff.windowStart,
          backoff.notBefore,
          backoff.task,
        ),
    );
  }

  dropBackoff(stack: string, key: string): void {
    this.#change(stack, (id) =>
      this.#db.prepare('DELETE FROM backoff WHERE stack = ? AND key = ?').run(id, key),
    );
  }

  putFailure(stack: string, failure: StepFailure): void {
    this.#change(stack, (id) =>
      this.#db
        .prepare('INSERT OR REPLACE INTO step_failure (stack, step, document) VALUES (?, ?, ?)')
        .run(id, failure.step, JSON.stringify(failure)),
    );
  }

  dropFailure(stack: string, step: string): void {
    this.#change(stack, (id) =>
      this.#db.prepare('DELETE FROM step_failure WHERE stack = ? AND step = ?').run(id, step),
    );
  }

  /** Forgets the failures of all steps, so that a new revision or a word of the operator is tried at once. */
  dropFailures(stack: string): void {
    this.#change(stack, (id) => this.#db.prepare('DELETE FROM step_failure WHERE stack = ?').run(id));
  }

  putMemo(stack: string, memo: Memo): void {
    this.#change(stack, (id) =>
      this.#db
        .prepare('INSERT OR REPLACE INTO memo (stack, service, definition, at) VALUES (?, ?, ?, ?)')
        .run(id, memo.service, memo.definition, memo.at),
    );
  }

  dropMemo(stack: string, service: string): void {
    this.#change(stack, (id) =>
      this.#db.prepare('DELETE FROM memo WHERE stack = ? AND service = ?').run(id, service),
    );
  }

  putRenewal(stack: string, container: string, task: number): void {
    this.#change(stack, (id) =>
      this.#db
        .prepare('INSERT OR REPLACE INTO renewal (stack, container, task) VALUES (?, ?, ?)')
        .run(id, container, task),
    );
  }

  dropRenewal(stack: string, container: string): void {
    this.#change(stack, (id) =>
      this.#db.prepare('DELETE FROM renewal WHERE stack = ? AND container = ?').run(id, container),
    );
  }

  putNonce(stack: string, slot: string, nonce: number): void {
    this.#change(stack, (id) =>
      this.#db
        .prepare('INSERT OR REPLACE INTO slot (stack, key, nonce) VALUES (?, ?, ?)')
        .run(id, slot, nonce),
    );
  }

  /** Leases of all stacks: host name of the network -> CIDR. */
  subnets(): Readonly<Record<string, string>> {
    return toRecord(
      this.#db.prepare('SELECT network AS key, subnet AS value FROM subnet_lease ORDER BY network').all(),
    );
  }

  leaseSubnet(network: string, subnet: string): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO subnet_lease (network, subnet) VALUES (?, ?)')
      .run(network, subnet);
  }

  releaseSubnet(network: string): void {
    this.#db.prepare('DELETE FROM subnet_lease WHERE network = ?').run(network);
  }

  #change(stack: string, write: (id: number) => { readonly changes: number }): void {
    this.#db.transaction(() => {
      const id = this.#db.prepare('SELECT id FROM stack WHERE name = ?').pluck().get(stack) as
        | number
        | undefined;
      if (id === undefined || write(id).changes === 0) return;
      this.#db.prepare('UPDATE stack SET sequence = sequence + 1 WHERE id = ?').run(id);
    })();
  }
}

function toRecord<Value>(rows: readonly unknown[]): Record<string, Value> {
  return Object.fromEntries((rows as { key: string; value: Value }[]).map(({ key, value }) => [key, value]));
}
