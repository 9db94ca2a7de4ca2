import type { ObservedState } from '../model/observed-state.ts';
import type { Plan } from '../model/plan.ts';
import type { TraceEvent } from './reconciler/trace.ts';

/** What the newest round of a stack saw and meant to do. */
export interface LastRound {
  readonly round: number;
  readonly observed: ObservedState;
  readonly plan: Plan;
}

/** Rounds that may break in a row before those who wait for the stack are told. */
export const patience = 3;

/** Remembers the newest round of each stack and tells those who wait for the next one. */
export class StackWatch {
  readonly #rounds = new Map<string, LastRound>();
  readonly #observed = new Map<string, ObservedState>();
  readonly #listeners = new Set<(stack: string) => void>();
  /** Errors of the rounds that broke, since one did not. */
  readonly #broken = new Map<string, unknown[]>();
  #newest = 0;

  listen(event: TraceEvent): void {
    this.#newest = Math.max(this.#newest, event.round);
    if (event.kind === 'observed') this.#observed.set(event.stack, event.observed);
    if (event.kind === 'planned') {
      const observed = this.#observed.get(event.stack);
      if (observed !== undefined)
        this.#rounds.set(event.stack, { round: event.round, observed, plan: event.plan });
    }
    if (event.kind === 'round-ends') {
      const { result } = event;
      if (result.kind === 'failed')
        this.#broken.set(event.stack, [...this.broken(event.stack), result.error].slice(-patience));
      else this.#broken.delete(event.stack);
    }
    if (event.kind === 'planned' || event.kind === 'round-ends')
      for (const listener of [...this.#listeners]) listener(event.stack);
  }

  /** Number of the newest round of any stack. */
  newestRound(): number {
    return this.#newest;
  }

  last(stack: string): LastRound | undefined {
    return this.#rounds.get(stack);
  }

  /** What broke the last rounds of the stack in a row; none when the newest one went well. */
  broken(stack: string): readonly unknown[] {
    return this.#broken.get(stack) ?? [];
  }

  /** Resolves when something of this stack has moved, or when the signal fires. */
  moved(stack: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(listener);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const listener = (of: string): void => {
        if (of === stack) done();
      };
      this.#listeners.add(listener);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }
}
