import type { Step, StepKind } from '../../model/plan.ts';

/** What frees something stands before what may need it. */
const rank: Readonly<Record<StepKind, number>> = {
  recordBackoff: 0,
  recordMemo: 1,
  ensureVolume: 2,
  ensureNetwork: 3,
  pullImage: 4,
  updateContainer: 5,
  switchEndpoints: 6,
  stopTask: 7,
  createContainer: 8,
  startTask: 9,
  removeContainer: 10,
  removeNetwork: 11,
  forgetStack: 12,
};

/**
 * Every step after those that it names; among the free ones by kind, target and id, so that the order never depends on how
 * the passes came to them. Names that are not in the plan are dropped: what they stand for is there already.
 */
export function orderSteps(steps: readonly Step[]): readonly Step[] {
  const sorted = [...steps].sort(byRank);
  const known = new Set(sorted.map(({ id }) => id));
  const done = new Set<string>();
  const ordered: Step[] = [];
  for (let waiting: readonly Step[] = sorted; waiting.length > 0; ) {
    const free = waiting.filter(({ after }) => after.every((id) => done.has(id) || !known.has(id)));
    // A cycle would be a mistake of a pass; `checkPlan` finds it, an endless loop here would hide it.
    const next = free.length > 0 ? free : waiting;
    for (const step of next) {
      done.add(step.id);
      ordered.push({ ...step, after: [...new Set(step.after)].filter((id) => known.has(id)).sort() });
    }
    waiting = waiting.filter(({ id }) => !done.has(id));
  }
  return ordered;
}

function byRank(a: Step, b: Step): number {
  if (a.kind !== b.kind) return rank[a.kind] - rank[b.kind];
  if (a.target !== b.target) return a.target < b.target ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
