import type { EpochMs } from '../model/brand.ts';
import type { NewEvent, NodeEvent } from '../model/event.ts';
import type { Connection } from './database.ts';
import { Statements } from './statements.ts';

interface EventRow extends Omit<NodeEvent, 'data' | 'causeSeq'> {
  readonly causeSeq: number | null;
  readonly data: string | null;
}

/** The node's history, bounded by count. */
export class EventStore {
  readonly #db: Statements;
  readonly #bootId: string;
  readonly #keep: number;

  constructor(db: Connection, options: { readonly bootId: string; readonly keep?: number }) {
    this.#db = new Statements(db);
    this.#bootId = options.bootId;
    this.#keep = options.keep ?? 10_000;
  }

  append(event: NewEvent, at: EpochMs): NodeEvent {
    const { stack, key, type, message, causeSeq = null, data } = event;
    const document = data === undefined ? null : JSON.stringify(data);
    const seq = this.#db.relaxed(() => {
      const { lastInsertRowid } = this.#db
        .of(
          `INSERT INTO event (at, boot_id, stack, key, type, message, cause_seq, data)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(at, this.#bootId, stack, key, type, message, causeSeq, document);
      const number = Number(lastInsertRowid);
      if (number % 100 === 0) this.#db.of('DELETE FROM event WHERE seq <= ?').run(number - this.#keep);
      return number;
    });
    return { ...event, seq, at, bootId: this.#bootId };
  }

  /** Events with a greater number than `after`, oldest first. */
  read(query: {
    readonly after: number;
    readonly stack?: string;
    readonly limit?: number;
  }): readonly NodeEvent[] {
    const rows = this.#db
      .of(
        `SELECT seq, at, boot_id AS bootId, stack, key, type, message, cause_seq AS causeSeq, data FROM event
         WHERE seq > ? AND (? IS NULL OR stack = ?) ORDER BY seq LIMIT ?`,
      )
      .all(query.after, query.stack ?? null, query.stack ?? null, query.limit ?? 1_000) as EventRow[];
    return rows.map(toEvent);
  }

  /** The newest event about this object, of any type or of one. */
  last(stack: string, key: string, type?: string): NodeEvent | undefined {
    const row = this.#db
      .of(
        `SELECT seq, at, boot_id AS bootId, stack, key, type, message, cause_seq AS causeSeq, data FROM event
         WHERE stack = ? AND key = ? AND (? IS NULL OR type = ?) ORDER BY seq DESC LIMIT 1`,
      )
      .get(stack, key, type ?? null, type ?? null) as EventRow | undefined;
    return row === undefined ? undefined : toEvent(row);
  }
}

function toEvent({ causeSeq, data, ...event }: EventRow): NodeEvent {
  return {
    ...event,
    ...(causeSeq === null ? {} : { causeSeq }),
    ...(data === null ? {} : { data: JSON.parse(data) as object }),
  };
}
