import type { Step, StepKind } from '../../model/plan.ts';
import { topologicalLayers } from './topological-layers.ts';

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
  const known = new Set(steps.map(({ id }) => id));
  const items = [...steps].sort(byRank).map((step) => {
    const after = [...new Set(step.after)].filter((id) => known.has(id)).sort();
    return { key: step.id, after, step };
  });
  // A cycle would be a mistake of a pass: it stays in the plan, for `checkPlan` to find.
  return topologicalLayers(items).flatMap((layer) => layer.map(({ step, after }) => ({ ...step, after })));
}

function byRank(a: Step, b: Step): number {
  if (a.kind !== b.kind) return rank[a.kind] - rank[b.kind];
  if (a.target !== b.target) return a.target < b.target ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
