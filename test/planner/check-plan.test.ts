import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../src/control/planner/check-plan.ts';
import type { PlanInput } from '../../src/control/planner/plan-input.ts';
import { planStack } from '../../src/control/planner/plan-stack.ts';
import type { Plan, Step, StepKind } from '../../src/model/plan.ts';
import { buildInput, type Scenario } from './scenario.ts';

const started = { condition: 'service_started', restart: false, required: true } as const;
const port = { protocol: 'tcp', hostPort: 80, containerPort: 80 } as const;

function inputOf(scenario: Omit<Scenario, 'plan'>): PlanInput {
  return buildInput({ ...scenario, plan: [] });
}

/** The plan with every step of this kind changed; undefined drops it. */
function mutate(plan: Plan, kind: StepKind, change: (step: Step) => Step | undefined): Plan {
  return { ...plan, steps: plan.steps.flatMap((step) => (step.kind === kind ? (change(step) ?? []) : step)) };
}

/** Drops names of steps that are not in the plan any more. */
function tidy(plan: Plan): Plan {
  const known = new Set(plan.steps.map(({ id }) => id));
  return {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, after: step.after.filter((id) => known.has(id)) })),
  };
}

const fresh = inputOf({ stack: { services: { web: {} } }, was: null });
const updated = inputOf({
  stack: {
    services: {
      web: { image: 'web:2', replicas: 2, update: { order: 'stop-first', parallelism: 1, delayMs: 0 } },
    },
  },
  was: { services: { web: { image: 'web:1', replicas: 2 } } },
});

const cases: readonly (readonly [string, PlanInput, (plan: Plan) => Plan, string])[] = [
  [
    'a step before one that it needs',
    fresh,
    (plan) => ({ ...plan, steps: [...plan.steps].reverse() }),
    'startTask web.1 comes before a step that it needs',
  ],
  [
    'a step without a cause',
    fresh,
    (plan) => mutate(plan, 'startTask', (step) => ({ ...step, causes: [] })),
    'startTask web.1 has no cause',
  ],
  [
    'a container without its image',
    fresh,
    (plan) => tidy(mutate(plan, 'pullImage', () => undefined)),
    'creates web.1 without its image',
  ],
  [
    'a container without its network',
    fresh,
    (plan) => tidy(mutate(plan, 'ensureNetwork', () => undefined)),
    'creates web.1 without network shop_default',
  ],
  [
    'a task without a container',
    fresh,
    (plan) => tidy(mutate(plan, 'createContainer', () => undefined)),
    'starts web.1 without a container',
  ],
  [
    'a start of what is held',
    {
      ...fresh,
      ledger: { ...fresh.ledger, holds: [{ key: 'web', reason: 'operator', since: 0, bootId: 'boot-1' }] },
    },
    () => planStack(fresh),
    'starts web.1, which is held',
  ],
  [
    'a start before the dependency',
    inputOf({
      stack: { services: { db: {}, web: { dependsOn: [{ service: 'db', ...started }] } } },
      was: null,
    }),
    (plan) => {
      const starts = new Set(plan.steps.filter(({ kind }) => kind === 'startTask').map(({ id }) => id));
      return mutate(plan, 'startTask', (step) => ({
        ...step,
        after: step.after.filter((id) => !starts.has(id)),
      }));
    },
    'starts web.1 before db fulfils service_started',
  ],
  [
    'an end under traffic',
    updated,
    (plan) => tidy(mutate(plan, 'switchEndpoints', () => undefined)),
    'stops web.1, which is in the traffic',
  ],
  [
    'an end in vain',
    updated,
    (plan) => tidy(mutate(plan, 'createContainer', () => undefined)),
    'stops the old web.1 before the new one is there',
  ],
  [
    'too many replicas at a time',
    updated,
    () =>
      planStack({
        ...updated,
        desired: inputOf({
          stack: {
            services: {
              web: {
                image: 'web:2',
                replicas: 2,
                update: { order: 'stop-first', parallelism: 0, delayMs: 0 },
              },
            },
          },
        }).desired,
      }),
    'takes 2 replicas of web away at once',
  ],
  [
    'the removal of a running container',
    inputOf({ stack: { services: { web: {} } }, wanted: 'removed' }),
    (plan) => {
      const [stop] = plan.steps.filter((step) => step.kind === 'stopTask');
      if (stop?.kind !== 'stopTask') return plan;
      const removal: Step = {
        ...stop,
        id: 'x',
        kind: 'removeContainer',
        args: { container: stop.args.container },
      };
      return { ...plan, steps: [...plan.steps, removal] };
    },
    'removes web.1 while its task runs',
  ],
  [
    'a subnet given twice',
    fresh,
    (plan) =>
      mutate(plan, 'ensureNetwork', (step) =>
        step.kind === 'ensureNetwork' ? { ...step, args: { ...step.args, subnet: '192.168.0.0/24' } } : step,
      ),
    'gives shop_default the subnet 192.168.0.0/24, which is taken',
  ],
  [
    'a port given twice',
    inputOf({ stack: { services: { one: { ports: [port] }, two: { ports: [port] } } }, was: null }),
    (plan) => plan,
    'gives port *:80/tcp to one and to two',
  ],
  [
    'a wait that nobody looks after',
    inputOf({
      stack: { services: { web: {} } },
      world: {
        containers: { 'web.1': { phase: 'exited', exit: { exitedAt: 99_900, startedAt: 99_900, code: 1 } } },
      },
    }),
    ({ recheckAt: _, ...plan }) => plan,
    'web.1 waits until a time at which nobody looks again',
  ],
];

describe('checkPlan', () => {
  it.each(cases)('finds %s', (_, input, spoil, finding) => {
    const world = finding.includes('which is taken')
      ? { ...input, observed: { ...input.observed, takenSubnets: ['192.168.0.0/16'] } }
      : input;
    expect(checkPlan(spoil(planStack(world)), world)).toContain(finding);
  });
});
