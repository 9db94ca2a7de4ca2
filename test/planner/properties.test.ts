import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../src/control/planner/check-plan.ts';
import { hasSucceeded, isReady } from '../../src/control/planner/container-condition.ts';
import { matchContainers } from '../../src/control/planner/match-containers.ts';
import { applyStep } from '../../src/control/planner/model-world.ts';
import type { PlanInput } from '../../src/control/planner/plan-input.ts';
import { planStack } from '../../src/control/planner/plan-stack.ts';
import { simulate } from '../../src/control/planner/simulate.ts';
import type { Plan } from '../../src/model/plan.ts';
import { settleFacts, worlds } from './random-world.ts';
import { bytesOf, shuffled } from './scenario.ts';

const longestRoad = 80;

/** The same worlds each time; `TSORCH_SEED` and `TSORCH_RUNS` look at others, and at more of them. */
function runs(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const { TSORCH_SEED = '1', TSORCH_RUNS } = process.env;
  return { seed: Number(TSORCH_SEED), numRuns: Number(TSORCH_RUNS ?? numRuns) };
}

/** Rounds until nothing is left to do; facts that nobody waits for in the model come to pass between them. */
function walk(start: PlanInput, visit: (plan: Plan, input: PlanInput) => void = () => {}): PlanInput {
  let input = start;
  for (let round = 0; round < longestRoad; round += 1) {
    const plan = planStack(input);
    visit(plan, input);
    if (plan.steps.some(({ kind }) => kind === 'forgetStack')) return simulate(input, plan);
    const settled = settleFacts(input);
    if (plan.steps.length === 0 && plan.recheckAt === undefined && settled.observed === input.observed)
      return input;
    const next = simulate(settled, plan);
    if (plan.steps.length === 0 && plan.recheckAt === undefined && bytesOf(planStack(next)) === bytesOf(plan))
      return next;
    input = next;
  }
  throw new Error(
    `still going on after ${longestRoad} rounds:\n${JSON.stringify(planStack(input), null, 1)}`,
  );
}

describe('every plan for a random world', { timeout: 600_000 }, () => {
  it('is sound in each round', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        walk(world, (plan, input) => expect(checkPlan(plan, input)).toEqual([]));
      }),
      runs(100),
    );
  });

  it('leads to a world in which nothing is left to do', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const left = planStack(walk(world)).steps.map(({ kind }) => kind);
        expect(left).toEqual(world.desired.wanted === 'removed' ? ['forgetStack'] : []);
      }),
      runs(100),
    );
  });

  it('ends with every slot that nothing keeps down holding its container, and with nothing else', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const end = walk(world);
        const { blocked } = planStack(end);
        const { services } = matchContainers(end);
        const waiting = new Set(blocked.map(({ service }) => service));
        const up = services.filter(({ name, isDone }) => !waiting.has(name) && !isDone);
        for (const { slots } of up)
          for (const { held, current, others } of slots) {
            expect(others).toEqual([]);
            if (held === undefined)
              expect(current && (isReady(current) || hasSucceeded(current, 0))).toBe(true);
          }
      }),
      runs(100),
    );
  });

  it('has the same bytes for the same world in another order', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const plan = planStack(world);
        expect(bytesOf(planStack(shuffled(world)))).toBe(bytesOf(plan));
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
      runs(100),
    );
  });

  it('comes to the same end when a round is cut off after any of its steps', () => {
    fc.assert(
      fc.property(worlds, fc.nat(), (world, cut) => {
        const plan = planStack(world);
        const steps = plan.steps.slice(0, plan.steps.length === 0 ? 0 : cut % plan.steps.length);
        let torn = { observed: world.observed, ledger: world.ledger };
        for (const step of steps) torn = applyStep(torn, step, world);
        expect(endOf(walk({ ...world, ...torn }))).toEqual(endOf(walk(world)));
      }),
      runs(100),
    );
  });
});

/** Which containers there are in the end, and which of them are ready. */
function endOf({ observed }: PlanInput): readonly string[] {
  return observed.containers.map((container) => `${container.spec.id} ${isReady(container)}`).sort();
}
