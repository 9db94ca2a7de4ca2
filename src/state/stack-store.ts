import { randomBytes } from 'node:crypto';
import type { EpochMs } from '../model/brand.ts';
import type { DesiredState } from '../model/desired-state.ts';
import type { Digest } from '../model/digest.ts';
import type { Stack } from '../model/stack.ts';
import type { Connection } from './database.ts';

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
  readonly document: string;
  readonly images: string;
}

/** Stacks and their revisions: what is wanted, and what was wanted before. Old revisions beyond `keep` are dropped. */
export class StackStore {
  readonly #db: Connection;
  readonly #keep: number;

  constructor(db: Connection, options: { readonly keepRevisions?: number } = {}) {
    this.#db = db;
    this.#keep = options.keepRevisions ?? 20;
  }

  names(): readonly string[] {
    return this.#db.prepare('SELECT name FROM stack ORDER BY name').pluck().all() as string[];
  }

  find(name: string): DesiredState | undefined {
    const row = this.#db
      .prepare(
        `SELECT s.id, s.wanted, r.number, r.digest, r.document, r.images
         FROM stack s JOIN revision r ON r.stack = s.id AND r.number = s.revision WHERE s.name = ?`,
      )
      .get(name) as StackRow | undefined;
    if (row === undefined) return undefined;
    return {
      stack: JSON.parse(row.document) as Stack,
      revision: { number: row.number, digest: row.digest },
      wanted: row.wanted,
      images: JSON.parse(row.images) as Record<string, Digest>,
    };
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
        .prepare(
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
      this.#db.prepare('DELETE FROM revision WHERE stack = ? AND number <= ?').run(id, number - this.#keep);
      return { number, changed: true };
    })();
  }

  #upsert(name: string, number: number): number {
    return this.#db
      .prepare(
        `INSERT INTO stack (name, wanted, revision, tag_key) VALUES (?, 'running', ?, ?)
         ON CONFLICT (name) DO UPDATE SET wanted = 'running', revision = excluded.revision, sequence = sequence + 1
         RETURNING id`,
      )
      .pluck()
      .get(name, number, randomBytes(16).toString('hex')) as number;
  }

  setWanted(name: string, wanted: DesiredState['wanted']): void {
    this.#db
      .prepare('UPDATE stack SET wanted = ?, sequence = sequence + 1 WHERE name = ? AND wanted <> ?')
      .run(wanted, name, wanted);
  }

  /** Forgets the stack with all that was remembered for it; its events stay. */
  forget(name: string): void {
    this.#db.prepare('DELETE FROM stack WHERE name = ?').run(name);
  }

  /** Newest first. */
  revisions(name: string): readonly RevisionRecord[] {
    return this.#db
      .prepare(
        `SELECT r.number, r.digest, r.source, r.created_at AS createdAt
         FROM revision r JOIN stack s ON s.id = r.stack WHERE s.name = ? ORDER BY r.number DESC`,
      )
      .all(name) as RevisionRecord[];
  }
}
