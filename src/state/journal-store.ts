import type { EpochMs } from '../model/brand.ts';
import type { Step } from '../model/plan.ts';
import type { Connection } from './database.ts';

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
  readonly #db: Connection;
  readonly #keep: number;

  constructor(db: Connection, options: { readonly keep?: number } = {}) {
    this.#db = db;
    this.#keep = options.keep ?? 10_000;
  }

  /** One transaction for a wave of steps. @returns journal numbers in the order of `steps` */
  begin(
    intent: { readonly stack: string; readonly round: number; readonly at: EpochMs },
    steps: readonly Step[],
  ): number[] {
    const insert = this.#db.prepare(
      'INSERT INTO journal (stack, round, step, kind, target, intent_at) VALUES (?, ?, ?, ?, ?, ?)',
    );
    return this.#db.transaction(() =>
      steps.map(({ id, kind, target }) =>
        Number(insert.run(intent.stack, intent.round, id, kind, target, intent.at).lastInsertRowid),
      ),
    )();
  }

  end(seq: number, outcome: { readonly at: EpochMs; readonly text: string }): void {
    this.#db
      .prepare('UPDATE journal SET done_at = ?, outcome = ? WHERE seq = ?')
      .run(outcome.at, outcome.text, seq);
    if (seq % 100 === 0)
      this.#db.prepare('DELETE FROM journal WHERE seq <= ? AND done_at IS NOT NULL').run(seq - this.#keep);
  }

  open(stack: string): readonly OpenIntent[] {
    return this.#db
      .prepare(
        'SELECT seq, step, kind, target, intent_at AS intentAt FROM journal WHERE stack = ? AND done_at IS NULL ORDER BY seq',
      )
      .all(stack) as OpenIntent[];
  }
}
