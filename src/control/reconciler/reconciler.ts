import { RetryPace } from './retry-pace.ts';
import { type RoundParts, runRound } from './round.ts';
import { StackLoop } from './stack-loop.ts';
import { StepLimits } from './step-limits.ts';

/** Keeps a loop for every stack that is known, and wakes them. */
export class Reconciler {
  readonly #parts: RoundParts;
  readonly #random: () => number;
  readonly #loops = new Map<string, StackLoop>();
  readonly #limits = new StepLimits();
  #round = 0;

  /** `random` (0 to 1) spreads the periodic looks of several stacks. */
  constructor(parts: RoundParts, options: { readonly random?: () => number } = {}) {
    this.#parts = parts;
    this.#random = options.random ?? Math.random;
  }

  /** Begins with all stacks of the database; what a daemon before us left open is settled by looking. */
  start(): void {
    const { journal, stacks, clock } = this.#parts;
    journal.settle(clock.now());
    for (const name of stacks.names()) this.wake(name, 'daemon started');
  }

  wake(stack: string, reason: string): void {
    this.#loopOf(stack).wake(reason);
  }

  wakeAll(reason: string): void {
    for (const loop of this.#loops.values()) loop.wake(reason);
  }

  /** For a new desired state: the present round ends at its next step. */
  interrupt(stack: string, reason: string): void {
    this.#loopOf(stack).interrupt(reason);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
    this.#loops.clear();
  }

  #loopOf(stack: string): StackLoop {
    const found = this.#loops.get(stack);
    if (found !== undefined) return found;
    const pace = new RetryPace();
    const limits = this.#limits;
    const loop: StackLoop = new StackLoop(
      async (reasons, signal) => {
        const round = ++this.#round;
        const result = await runRound(stack, this.#parts, { round, reasons, limits, signal });
        if (result !== undefined) return pace.after(result, this.#parts.clock.now());
        if (this.#parts.stacks.names().includes(stack)) return 'now'; // applied again at this very moment
        if (this.#loops.get(stack) === loop) this.#loops.delete(stack);
        return 'never';
      },
      { clock: this.#parts.clock, random: this.#random },
    );
    this.#loops.set(stack, loop);
    return loop;
  }
}
