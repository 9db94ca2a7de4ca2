import type { EpochMs } from '../../model/brand.ts';
import type { RoundResult } from './trace.ts';

const brokenFirstMs = 500;
const brokenLongestMs = 15_000;
const idleFirstMs = 100;
const idleLongestMs = 30_000;

/** When a stack is looked at again after a round. */
export type NextLook = 'now' | EpochMs | 'when-woken';

/**
 * Keeps a loop from spinning. A round that broke (hostd away, say) is tried again after 500 ms, doubling to 15 s. A round
 * that planned the very steps of the one before it changed nothing, though each step says it was done: such rounds come
 * after 100 ms, doubling to 30 s.
 */
export class RetryPace {
  #broken = 0;
  #repeated = 0;
  #lastSteps = '';

  after(result: RoundResult, now: EpochMs): NextLook {
    if (result.kind === 'aborted') return 'now';
    if (result.kind === 'failed') {
      this.#broken += 1;
      return now + delayMs(brokenFirstMs, brokenLongestMs, this.#broken);
    }
    this.#broken = 0;
    const { steps, recheckAt } = result.plan;
    const signature = steps.map(({ id }) => id).join(' ');
    this.#repeated = steps.length > 0 && signature === this.#lastSteps ? this.#repeated + 1 : 0;
    this.#lastSteps = signature;
    if (result.executed === 0) return recheckAt ?? 'when-woken';
    return this.#repeated === 0 ? 'now' : now + delayMs(idleFirstMs, idleLongestMs, this.#repeated);
  }
}

function delayMs(first: number, longest: number, attempt: number): number {
  return Math.min(longest, first * 2 ** Math.min(attempt - 1, 20));
}
