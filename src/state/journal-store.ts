import type { EpochMs } from '../model/brand.ts';
import type { Step } from '../model/plan.ts';
import type { Connection } from './database.ts';
import { Statements } from './statements.ts';

export interface OpenIntent {
  readonly seq: number;
  readonly step: string;
  readonly kind: string;
  readonly target: string;
  readonly intentAt: EpochMs;
}

/**
 * What a round set out to do and how it ended. An intent without an outcome means that the daemon died in between: the
 * next start settles it by looking, never by repeating the plan.
 */
export class JournalStore {
  readonly #db: Statements;
  readonly #keep: number;

  constructor(db: Connection, options: { readonly keep?: number } = {}) {
    this.#db = new Statements(db);
    this.#keep = options.keep ?? 10_000;
  }

  /** Runs `work` in one transaction, which the other stores' relaxed writes of the same database join. */
  together(work: () => void): void {
    this.#db.relaxed(work);
  }

  /** One transaction for a wave of steps. @returns journal numbers in the order of `steps` */
  begin(
    intent: { readonly stack: string; readonly round: number; readonly at: EpochMs },
    steps: readonly Step[],
  ): number[] {
    const insert = this.#db.of(
      'INSERT INTO journal (stack, round, step, kind, target, intent_at) VALUES (?, ?, ?, ?, ?, ?)',
    );
    return this.#db.relaxed(() =>
      steps.map(({ id, kind, target }) =>
        Number(insert.run(intent.stack, intent.round, id, kind, target, intent.at).lastInsertRowid),
      ),
    );
  }

  end(seq: number, outcome: { readonly at: EpochMs; readonly text: string }): void {
    this.#db.relaxed(() => {
      const { at, text } = outcome;
      this.#db.of('UPDATE journal SET done_at = ?, outcome = ? WHERE seq = ?').run(at, text, seq);
      if (seq % 100 === 0)
        this.#db.of('DELETE FROM journal WHERE seq <= ? AND done_at IS NOT NULL').run(seq - this.#keep);
    });
  }

  /** Closes what a daemon that died left open. What became of it shows in the next look. @returns how many */
  settle(at: EpochMs): number {
    const sql = `UPDATE journal SET done_at = ?, outcome = 'interrupted' WHERE done_at IS NULL`;
    return this.#db.relaxed(() => this.#db.of(sql).run(at).changes);
  }

  open(stack: string): readonly OpenIntent[] {
    return this.#db
      .of(
        'SELECT seq, step, kind, target, intent_at AS intentAt FROM journal WHERE stack = ? AND done_at IS NULL ORDER BY seq',
      )
      .all(stack) as OpenIntent[];
  }
}
