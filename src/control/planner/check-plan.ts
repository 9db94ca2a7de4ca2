import type { Plan } from '../../model/plan.ts';
import { checkContainers } from './checks/check-containers.ts';
import { checkGraph } from './checks/check-graph.ts';
import { checkResources } from './checks/check-resources.ts';
import { checkStarts } from './checks/check-starts.ts';
import { checkStops } from './checks/check-stops.ts';
import { checkSubject } from './checks/check-subject.ts';
import { matchContainers } from './match-containers.ts';
import type { PlanInput } from './plan-input.ts';

/**
 * Looks for what no plan may contain, whatever pass wrote it. In production a finding stops the round: better nothing is
 * done than something harmful.
 *
 * @returns one sentence each, none for a sound plan
 */
export function checkPlan(plan: Plan, input: PlanInput): readonly string[] {
  const subject = checkSubject(plan, input, matchContainers(input));
  return [checkGraph, checkStarts, checkStops, checkContainers, checkResources].flatMap((check) =>
    check(subject),
  );
}
