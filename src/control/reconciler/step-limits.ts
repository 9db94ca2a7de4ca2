import pLimit, { type LimitFunction } from 'p-limit';
import type { StepKind } from '../../model/plan.ts';

/** Steps of a kind at a time, of all stacks of the node. What is not named costs next to nothing, or only waits. */
const atATime: { readonly [Kind in StepKind]?: number } = {
  pullImage: 3,
  createContainer: 8,
  startTask: 8,
  removeContainer: 8,
};

/** Keeps a large plan from asking everything of the host at once. */
export class StepLimits {
  readonly #limits: ReadonlyMap<string, LimitFunction>;

  constructor() {
    this.#limits = new Map(Object.entries(atATime).map(([kind, count]) => [kind, pLimit(count)]));
  }

  /** Begins `work` when its kind has room. */
  run(kind: StepKind, work: () => Promise<void>): Promise<void> {
    const limit = this.#limits.get(kind);
    return limit === undefined ? work() : limit(work);
  }
}
