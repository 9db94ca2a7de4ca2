import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../src/control/planner/plan-input.ts';
import { planStack } from '../../../src/control/planner/plan-stack.ts';
import { simulate } from '../../../src/control/planner/simulate.ts';
import { worlds } from '../../planner/random-world.ts';
import { controlHost, startControl } from '../../support/control-node.ts';
import { emptyLedger, emptyObserved } from '../../support/world-builder.ts';

const stacks = worlds.map(({ desired }) => ({ ...desired, wanted: 'running' as const }));

/** The end of the road in the planner's model. */
function modelEnd(desired: PlanInput['desired']): readonly string[] {
  let input: PlanInput = { desired, observed: emptyObserved(), ledger: emptyLedger(), now: 1_000_000 };
  for (let round = 0; round < 60; round += 1) {
    const plan = planStack(input);
    if (plan.steps.length === 0 && plan.recheckAt === undefined) break;
    input = simulate(input, plan);
  }
  const { containers, networks, endpoints, volumes } = input.observed;
  return [
    ...containers.map(({ spec, phase }) => `container ${spec.id} ${phase}`),
    ...networks.map(({ name, subnet }) => `network ${name} ${subnet}`),
    ...volumes.map(({ name }) => `volume ${name}`),
    ...Object.entries(endpoints).map(
      ([owner, { ready }]) => `endpoints ${owner} ${[...ready].sort().join(' ')}`,
    ),
  ].sort();
}

/** The same on the fake engine, driven by the reconciler. */
async function engineEnd(desired: PlanInput['desired']): Promise<readonly string[]> {
  const host = controlHost();
  const edges = Object.values(desired.stack.services).flatMap(({ dependsOn }) => dependsOn);
  for (const { service, condition } of edges)
    if (condition === 'service_completed_successfully') host.node.behaviours.set(service, 'succeeds');
  const control = startControl(host);
  await control.apply(desired.stack);
  await control.stop();
  return host.node.summary().map((line) => line.replace(/ \[.*$/, ''));
}

describe('the world of the planner’s model', () => {
  it('ends as the fake engine does', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(stacks, async (desired) => {
        expect(await engineEnd(desired)).toEqual(modelEnd(desired));
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
