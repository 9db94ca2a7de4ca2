import type { EpochMs } from '../../../model/brand.ts';
import type { Digest } from '../../../model/digest.ts';

/** Keeps content from collection while an operation works with it that no name leads to yet. */
export interface Lease extends Disposable {
  hold(...digests: readonly Digest[]): void;
}

/**
 * The operations of this process that need content. A lease lives in memory only: after a crash nobody needs what it held,
 * and what a later attempt can use is found again by its digest.
 */
export class Leases {
  readonly #open = new Set<{ readonly since: EpochMs; readonly held: Set<Digest> }>();
  readonly #watches = new Set<Set<Digest>>();
  readonly #now: () => EpochMs;

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  open(): Lease {
    const entry = { since: this.#now(), held: new Set<Digest>() };
    this.#open.add(entry);
    return {
      hold: (...digests) => {
        for (const holders of [entry.held, ...this.#watches])
          for (const digest of digests) holders.add(digest);
      },
      [Symbol.dispose]: () => void this.#open.delete(entry),
    };
  }

  holds(digest: Digest): boolean {
    return [...this.#open].some(({ held }) => held.has(digest));
  }

  /** Knows what is held now and whatever comes to be held, also after it was let go. */
  watch(): Disposable & { has(digest: Digest): boolean } {
    const held = new Set([...this.#open].flatMap((entry) => [...entry.held]));
    this.#watches.add(held);
    return { has: (digest) => held.has(digest), [Symbol.dispose]: () => void this.#watches.delete(held) };
  }

  /** What was written since then may belong to an operation that does not know its digest yet. Undefined = no lease is open. */
  oldest(): EpochMs | undefined {
    const times = [...this.#open].map(({ since }) => since);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
