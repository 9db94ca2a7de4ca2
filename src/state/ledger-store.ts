import type { Backoff, Hold, Ledger, Memo, StepFailure } from '../model/ledger.ts';
import type { Connection } from './database.ts';
import { Statements } from './statements.ts';

interface StackRow {
  readonly id: number;
  readonly sequence: number;
  readonly tagKey: string;
}

type Value = string | number;

/**
 * What the planner must remember (model/ledger.ts). Every change raises the stack's sequence in the same transaction. What
 * an operator asked for, and what outlives a reboot, is durable when the call returns; the rest outlives the daemon.
 */
export class LedgerStore {
  readonly #db: Statements;

  constructor(db: Connection) {
    this.#db = new Statements(db);
  }

  /** @returns undefined for an unknown stack */
  read(stack: string): Ledger | undefined {
    const row = this.#db.of('SELECT id, sequence, tag_key AS tagKey FROM stack WHERE name = ?').get(stack);
    if (row === undefined) return undefined;
    const { id, sequence, tagKey } = row as StackRow;
    const all = <Row>(sql: string) => this.#db.of(sql).all(id) as Row[];
    const failures = all<{ document: string }>(
      'SELECT document FROM step_failure WHERE stack = ? ORDER BY step',
    );
    return {
      sequence,
      tagKey,
      holds: all<Hold>('SELECT key, reason, since, boot_id AS bootId FROM hold WHERE stack = ? ORDER BY key'),
      backoffs: all<Backoff>(
        `SELECT key, container, class, attempts, window_start AS windowStart, not_before AS notBefore, task
         FROM backoff WHERE stack = ? ORDER BY key`,
      ),
      failures: failures.map(({ document }) => JSON.parse(document) as StepFailure),
      memos: all<Memo>('SELECT service, definition, at FROM memo WHERE stack = ? ORDER BY service'),
      renewals: toRecord(
        all('SELECT container AS key, task AS value FROM renewal WHERE stack = ? ORDER BY container'),
      ),
      nonces: toRecord(all('SELECT key, nonce AS value FROM slot WHERE stack = ? ORDER BY key')),
      subnets: this.subnets(),
    };
  }

  putHold(stack: string, { key, reason, since, bootId }: Hold): void {
    this.#change(
      stack,
      'INSERT OR REPLACE INTO hold (stack, key, reason, since, boot_id) VALUES (?, ?, ?, ?, ?)',
      [[key, reason, since, bootId]],
    );
  }

  /** Of the service and of each of its slots. */
  dropHolds(stack: string, service: string): void {
    this.#change(stack, `DELETE FROM hold WHERE stack = ? AND (key = ? OR key GLOB ? || '.*')`, [
      [service, service],
    ]);
  }

  putBackoff(stack: string, backoff: Backoff): void {
    const { key, container, attempts, windowStart, notBefore, task } = backoff;
    const sql = `INSERT OR REPLACE INTO backoff (stack, key, container, class, attempts, window_start, not_before, task)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#change(
      stack,
      sql,
      [[key, container, backoff.class, attempts, windowStart, notBefore, task]],
      'relaxed',
    );
  }

  dropBackoffs(stack: string, service: string): void {
    this.#change(stack, `DELETE FROM backoff WHERE stack = ? AND key GLOB ? || '.*'`, [[service]]);
  }

  putFailure(stack: string, failure: StepFailure): void {
    const sql = 'INSERT OR REPLACE INTO step_failure (stack, step, document) VALUES (?, ?, ?)';
    this.#change(stack, sql, [[failure.step, JSON.stringify(failure)]], 'relaxed');
  }

  dropFailure(stack: string, step: string): void {
    this.#change(stack, 'DELETE FROM step_failure WHERE stack = ? AND step = ?', [[step]], 'relaxed');
  }

  /** Forgets the failures of all steps, so that a new revision or a word of the operator is tried at once. */
  dropFailures(stack: string): void {
    this.#change(stack, 'DELETE FROM step_failure WHERE stack = ?', [[]]);
  }

  putMemo(stack: string, { service, definition, at }: Memo): void {
    this.#change(stack, 'INSERT OR REPLACE INTO memo (stack, service, definition, at) VALUES (?, ?, ?, ?)', [
      [service, definition, at],
    ]);
  }

  dropMemo(stack: string, service: string): void {
    this.#change(stack, 'DELETE FROM memo WHERE stack = ? AND service = ?', [[service]]);
  }

  /** As `Ledger.renewals`. */
  putRenewals(stack: string, tasks: readonly { readonly container: string; readonly task: number }[]): void {
    const rows = tasks.map(({ container, task }) => [container, task]);
    const sql = 'INSERT OR REPLACE INTO renewal (stack, container, task) VALUES (?, ?, ?)';
    this.#change(stack, sql, rows, 'relaxed');
  }

  /** What was remembered of a container that is no more. */
  forgetContainer(stack: string, container: string): void {
    this.#change(stack, 'DELETE FROM renewal WHERE stack = ? AND container = ?', [[container]], 'relaxed');
    this.#change(stack, 'DELETE FROM backoff WHERE stack = ? AND container = ?', [[container]], 'relaxed');
  }

  putNonce(stack: string, slot: string, nonce: number): void {
    this.#change(stack, 'INSERT OR REPLACE INTO slot (stack, key, nonce) VALUES (?, ?, ?)', [[slot, nonce]]);
  }

  /** Leases of all stacks: host name of the network -> CIDR. */
  subnets(): Readonly<Record<string, string>> {
    return toRecord(
      this.#db.of('SELECT network AS key, subnet AS value FROM subnet_lease ORDER BY network').all(),
    );
  }

  /** A subnet that another network holds is not taken from it: that is a mistake of the caller, and throws. */
  leaseSubnet(network: string, subnet: string): void {
    this.#db
      .of(
        `INSERT INTO subnet_lease (network, subnet) VALUES (?, ?)
         ON CONFLICT (network) DO UPDATE SET subnet = excluded.subnet WHERE subnet <> excluded.subnet`,
      )
      .run(network, subnet);
  }

  releaseSubnet(network: string): void {
    this.#db.of('DELETE FROM subnet_lease WHERE network = ?').run(network);
  }

  /** Runs `sql` once for each row of values, after the stack's id. */
  #change(
    stack: string,
    sql: string,
    rows: readonly (readonly Value[])[],
    durability: 'durable' | 'relaxed' = 'durable',
  ): void {
    const work = () => {
      const id = this.#db.of('SELECT id FROM stack WHERE name = ?').pluck().get(stack) as number | undefined;
      if (id === undefined) return;
      const changes = rows.map((row) => this.#db.of(sql).run(id, ...row).changes);
      if (changes.some((count) => count > 0))
        this.#db.of('UPDATE stack SET sequence = sequence + 1 WHERE id = ?').run(id);
    };
    if (durability === 'durable') this.#db.transaction(work);
    else this.#db.relaxed(work);
  }
}

function toRecord<Item>(rows: readonly unknown[]): Record<string, Item> {
  return Object.fromEntries((rows as { key: string; value: Item }[]).map(({ key, value }) => [key, value]));
}
