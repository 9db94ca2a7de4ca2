import type { PlanCheck } from './check-subject.ts';

/** The plan is a graph that can be carried out in its own order, says why, and is looked at again in time. */
export const checkGraph: PlanCheck = ({ plan, input }) => {
  const findings: string[] = [];
  const seen = new Set<string>();
  for (const { id, kind, target, after, causes } of plan.steps) {
    if (seen.has(id)) findings.push(`${kind} ${target} stands twice`);
    if (!after.every((earlier) => seen.has(earlier)))
      findings.push(`${kind} ${target} comes before a step that it needs`);
    if (causes.length === 0) findings.push(`${kind} ${target} has no cause`);
    seen.add(id);
  }
  for (const { target, until } of plan.blocked)
    if (until !== undefined && until > input.now && (plan.recheckAt ?? Number.POSITIVE_INFINITY) > until)
      findings.push(`${target} waits until a time at which nobody looks again`);
  return findings;
};
