import type { CallOptions } from '../../src/lib/abort.ts';
import type { Clock } from '../../src/lib/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, { signal }: CallOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = finish(() => reject(new DOMException('aborted', 'AbortError')));
      const sleeper: Sleeper = { until: this.#now + ms, wake: finish(resolve) };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of [...this.#sleepers]) if (sleeper.until <= this.#now) sleeper.wake();
  }

  /** To the next time that somebody waits for, at most `longestMs` away. */
  advanceToNext(longestMs: number): void {
    const next = Math.min(...[...this.#sleepers].map(({ until }) => until), this.#now + longestMs);
    this.advance(Math.max(0, next - this.#now));
  }
}

/**
 * Lets time pass, whenever nothing else can happen, until the condition holds.
 *
 * @throws Error after an hour of the clock's time
 */
export async function passTime(clock: FakeClock, until: () => boolean): Promise<void> {
  const deadline = clock.now() + 3_600_000;
  while (!until()) {
    for (let turn = 0; turn < 20 && !until(); turn += 1) await new Promise(setImmediate);
    if (until()) return;
    if (clock.now() > deadline) throw new Error('it did not come to pass within an hour');
    clock.advanceToNext(60_000);
  }
}
