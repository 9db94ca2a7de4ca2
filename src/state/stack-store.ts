import { randomBytes } from 'node:crypto';
import type { EpochMs } from '../model/brand.ts';
import type { DesiredState } from '../model/desired-state.ts';
import type { Digest } from '../model/digest.ts';
import type { Stack } from '../model/stack.ts';
import type { Connection } from './database.ts';
import { Statements } from './statements.ts';

export interface NewRevision {
  readonly stack: Stack;
  readonly images: Readonly<Record<string, Digest>>;
  /** Over canonical stack and images: the same digest is the same revision. */
  readonly digest: Digest;
  /** Who or what asked: a file name. */
  readonly source: string;
  readonly createdAt: EpochMs;
}

export interface RevisionRecord {
  readonly number: number;
  readonly digest: Digest;
  readonly source: string;
  readonly createdAt: EpochMs;
}

interface StackRow {
  readonly id: number;
  readonly wanted: DesiredState['wanted'];
  readonly number: number;
  readonly digest: Digest;
}

interface ParsedRevision {
  readonly digest: Digest;
  readonly stack: Stack;
  readonly images: Readonly<Record<string, Digest>>;
}

/** Stacks and their revisions: what is wanted, and what was wanted before. Old revisions beyond `keep` are dropped. */
export class StackStore {
  readonly #db: Statements;
  /** Current revisions, parsed once: the same revision is the same object. */
  readonly #parsed = new Map<string, ParsedRevision>();
  readonly #keep: number;

  constructor(db: Connection, options: { readonly keepRevisions?: number } = {}) {
    this.#db = new Statements(db);
    this.#keep = options.keepRevisions ?? 20;
  }

  names(): readonly string[] {
    return this.#db.of('SELECT name FROM stack ORDER BY name').pluck().all() as string[];
  }

  find(name: string): DesiredState | undefined {
    const row = this.#db
      .of(
        `SELECT s.id, s.wanted, r.number, r.digest
         FROM stack s JOIN revision r ON r.stack = s.id AND r.number = s.revision WHERE s.name = ?`,
      )
      .get(name) as StackRow | undefined;
    if (row === undefined) return undefined;
    const { stack, images } = this.#parse(name, row);
    return { stack, images, wanted: row.wanted, revision: { number: row.number, digest: row.digest } };
  }

  #parse(name: string, { id, number, digest }: StackRow): ParsedRevision {
    const known = this.#parsed.get(name);
    if (known?.digest === digest) return known;
    const row = this.#db
      .of('SELECT document, images FROM revision WHERE stack = ? AND number = ?')
      .get(id, number) as { readonly document: string; readonly images: string };
    const parsed: ParsedRevision = {
      digest,
      stack: JSON.parse(row.document) as Stack,
      images: JSON.parse(row.images) as Record<string, Digest>,
    };
    this.#parsed.set(name, parsed);
    return parsed;
  }

  /** Makes the revision the current one and the stack wanted; the present revision again makes no new one. */
  apply(revision: NewRevision): { readonly number: number; readonly changed: boolean } {
    return this.#db.transaction(() => {
      const name = revision.stack.name;
      const present = this.find(name);
      if (present?.revision.digest === revision.digest) {
        this.setWanted(name, 'running');
        return { number: present.revision.number, changed: present.wanted !== 'running' };
      }
      const number = (present?.revision.number ?? 0) + 1;
      const id = this.#upsert(name, number);
      this.#db
        .of(
          `INSERT INTO revision (stack, number, digest, document, images, source, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          id,
          number,
          revision.digest,
          JSON.stringify(revision.stack),
          JSON.stringify(revision.images),
          revision.source,
          revision.createdAt,
        );
      this.#db.of('DELETE FROM revision WHERE stack = ? AND number <= ?').run(id, number - this.#keep);
      return { number, changed: true };
    });
  }

  #upsert(name: string, number: number): number {
    return this.#db
      .of(
        `INSERT INTO stack (name, wanted, revision, tag_key) VALUES (?, 'running', ?, ?)
         ON CONFLICT (name) DO UPDATE SET wanted = 'running', revision = excluded.revision, sequence = sequence + 1
         RETURNING id`,
      )
      .pluck()
      .get(name, number, randomBytes(16).toString('hex')) as number;
  }

  setWanted(name: string, wanted: DesiredState['wanted']): void {
    this.#db
      .of('UPDATE stack SET wanted = ?, sequence = sequence + 1 WHERE name = ? AND wanted <> ?')
      .run(wanted, name, wanted);
  }

  /** Forgets the stack with all that was remembered for it; its events stay. */
  forget(name: string): void {
    this.#parsed.delete(name);
    this.#db.of('DELETE FROM stack WHERE name = ?').run(name);
  }

  /** Newest first. */
  revisions(name: string): readonly RevisionRecord[] {
    return this.#db
      .of(
        `SELECT r.number, r.digest, r.source, r.created_at AS createdAt
         FROM revision r JOIN stack s ON s.id = r.stack WHERE s.name = ? ORDER BY r.number DESC`,
      )
      .all(name) as RevisionRecord[];
  }
}
