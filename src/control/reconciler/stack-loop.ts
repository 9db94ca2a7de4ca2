import type { Clock } from '../../lib/clock.ts';
import type { EpochMs } from '../../model/brand.ts';

/** What a round came to: look again at once, at a time, or when something happens. */
export interface RoundVerdict {
  readonly again: 'now' | EpochMs | 'when-woken';
}

export type RunRound = (reasons: readonly string[], signal: AbortSignal) => Promise<RoundVerdict>;

/** Without any wake-up the world is looked at again after this long (the latest of a jittered span). */
const resyncMs = 60_000;

/**
 * One stack's loop: rounds one after the other, never two at once. A wake-up carries no data; those that come during a
 * round ask for one more. `interrupt` ends the present round at its next step, for a new desired state.
 */
export class StackLoop {
  readonly #run: RunRound;
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  readonly #reasons = new Set<string>();
  #woken = new AbortController();
  #round = new AbortController();
  readonly #done: Promise<void>;

  /** `run` must not reject. */
  constructor(run: RunRound, clock: Clock) {
    this.#run = run;
    this.#clock = clock;
    this.#done = this.#loop();
  }

  wake(reason: string): void {
    this.#reasons.add(reason);
    this.#woken.abort();
  }

  interrupt(reason: string): void {
    this.wake(reason);
    this.#round.abort();
  }

  /** Ends the loop; resolves when the round in flight has settled. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#round.abort();
    this.#woken.abort();
    await this.#done;
  }

  async #loop(): Promise<void> {
    let verdict: RoundVerdict = { again: 'when-woken' };
    for (;;) {
      if (verdict.again !== 'now') await this.#sleep(verdict.again);
      if (this.#stopped.signal.aborted) return;
      const reasons = [...this.#reasons];
      this.#reasons.clear();
      this.#woken = new AbortController();
      this.#round = new AbortController();
      verdict = await this.#run(reasons, this.#round.signal);
    }
  }

  async #sleep(until: EpochMs | 'when-woken'): Promise<void> {
    const resync = resyncMs * (0.5 + Math.random() / 2);
    const ms = until === 'when-woken' ? resync : Math.min(resync, Math.max(0, until - this.#clock.now()));
    await this.#clock.sleep(ms, { signal: this.#woken.signal }).catch(() => {}); // woken early
  }
}
