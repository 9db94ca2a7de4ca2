import type { Clock } from '../../lib/clock.ts';
import type { NextLook } from './retry-pace.ts';

/** @returns when to run again; `never` ends the loop */
export type RunRound = (reasons: readonly string[], signal: AbortSignal) => Promise<NextLook | 'never'>;

export interface StackLoopOptions {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Without any wake-up the world is looked at again after this long (the latest of a jittered span). */
const resyncMs = 60_000;

/**
 * One stack's loop: rounds one after the other, never two at once. A wake-up carries no data; those that come during a
 * round ask for one more. `interrupt` ends the present round at its next step, for a new desired state.
 */
export class StackLoop {
  readonly #run: RunRound;
  readonly #options: StackLoopOptions;
  readonly #stopped = new AbortController();
  readonly #reasons = new Set<string>();
  #woken = new AbortController();
  #round = new AbortController();
  readonly #done: Promise<void>;

  /** `run` must not reject. */
  constructor(run: RunRound, options: StackLoopOptions) {
    this.#run = run;
    this.#options = options;
    this.#done = this.#loop();
  }

  wake(reason: string): void {
    this.#reasons.add(reason);
    // Hundreds of events may come in one round, and each abort makes an error with a stack.
    if (!this.#woken.signal.aborted) this.#woken.abort();
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
    let next: NextLook = 'when-woken';
    for (;;) {
      if (next !== 'now') await this.#sleep(next);
      if (this.#stopped.signal.aborted) return;
      const reasons = [...this.#reasons];
      this.#reasons.clear();
      this.#woken = new AbortController();
      this.#round = new AbortController();
      const answer = await this.#run(reasons, this.#round.signal);
      if (answer === 'never') return;
      next = answer;
    }
  }

  async #sleep(until: Exclude<NextLook, 'now'>): Promise<void> {
    const { clock, random } = this.#options;
    const resync = resyncMs * (0.5 + random() / 2);
    const ms = until === 'when-woken' ? resync : Math.min(resync, Math.max(0, until - clock.now()));
    await clock.sleep(ms, { signal: this.#woken.signal }).catch(() => {}); // woken early
  }
}
