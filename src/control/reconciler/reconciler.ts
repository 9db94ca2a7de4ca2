import { type RoundParts, runRound } from './round.ts';
import type { RoundVerdict } from './stack-loop.ts';
import { StackLoop } from './stack-loop.ts';
import type { RoundResult } from './trace.ts';

/** How long a round that broke (hostd away, say) waits before the next one; doubled up to the longest. */
const brokenFirstMs = 500;
const brokenLongestMs = 15_000;

/** Keeps a loop for every stack that is known, and wakes them. */
export class Reconciler {
  readonly #parts: RoundParts;
  readonly #loops = new Map<string, StackLoop>();
  #round = 0;

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  /** Begins with all stacks of the database. */
  start(): void {
    for (const name of this.#parts.stacks.names()) this.wake(name, 'daemon started');
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
    let broken = 0;
    const loop = new StackLoop(async (reasons, signal) => {
      const result = await runRound(stack, this.#parts, { round: ++this.#round, reasons, signal });
      broken = result?.kind === 'failed' ? broken + 1 : 0;
      return this.#verdict(result, broken);
    }, this.#parts.clock);
    this.#loops.set(stack, loop);
    return loop;
  }

  #verdict(result: RoundResult | undefined, broken: number): RoundVerdict {
    if (result === undefined) return { again: 'when-woken' }; // deleted meanwhile
    if (result.kind === 'aborted') return { again: 'now' };
    if (result.kind === 'failed') {
      const delay = Math.min(brokenLongestMs, brokenFirstMs * 2 ** Math.min(broken - 1, 10));
      return { again: this.#parts.clock.now() + delay };
    }
    if (result.executed > 0) return { again: 'now' };
    return { again: result.plan.recheckAt ?? 'when-woken' };
  }
}
