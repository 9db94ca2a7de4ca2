import fc from 'fast-check';
import type { PlanInput } from '../../src/control/planner/plan-input.ts';
import type { DesiredState } from '../../src/model/desired-state.ts';
import type { ObservedContainer } from '../../src/model/observed-state.ts';
import type { Dependency, Service } from '../../src/model/stack.ts';
import { buildDesired, buildStack, probe, type ServiceFields } from '../support/stack-builder.ts';
import { changeContainer, convergedWorld, emptyLedger, emptyObserved } from '../support/world-builder.ts';

const names = ['alpha', 'beta', 'gamma', 'delta'] as const;

const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

/** Services of a stack; edges point to earlier names only, so there is no cycle. */
const services: fc.Arbitrary<Record<string, ServiceFields>> = fc
  .tuple(...names.map((_, index) => fc.option(serviceAt(index), { nil: undefined, freq: 5 })))
  .map((chosen) => {
    const present = names.filter((_, index) => chosen[index] !== undefined);
    return Object.fromEntries(
      names.flatMap((name, index) => {
        const fields = chosen[index];
        if (fields === undefined) return [];
        const known = (edge: Dependency) => present.some((other) => other === edge.service);
        return [[name, { ...fields, dependsOn: (fields.dependsOn ?? []).filter(known) }]];
      }),
    );
  });

function serviceAt(index: number): fc.Arbitrary<ServiceFields> {
  const earlier = names.slice(0, index);
  const edge = fc.record({
    service: fc.constantFrom(...(earlier.length > 0 ? earlier : names)),
    condition: fc.constantFrom(...conditions),
    restart: fc.boolean(),
    required: fc.boolean(),
  });
  return fc
    .record({
      image: fc.constantFrom('one:1', 'one:2', 'two:1'),
      replicas: fc.integer({ min: 0, max: 3 }),
      restart: fc.constantFrom<Service['restart']>(
        { kind: 'no' },
        { kind: 'always' },
        { kind: 'unless-stopped' },
        { kind: 'on-failure', maxAttempts: 2 },
      ),
      update: fc.record({
        order: fc.constantFrom('stop-first' as const, 'start-first' as const),
        parallelism: fc.integer({ min: 0, max: 2 }),
        delayMs: fc.constantFrom(0, 3_000),
      }),
      hasProbe: fc.boolean(),
      labels: fc.constantFrom({}, { tier: 'front' }),
      isPublished: fc.boolean(),
      dependsOn:
        index === 0 ? fc.constant([]) : fc.uniqueArray(edge, { maxLength: 2, selector: (of) => of.service }),
    })
    .map(({ hasProbe, isPublished, ...fields }) => ({
      ...fields,
      ports: isPublished ? [{ protocol: 'tcp' as const, hostPort: 8_000 + index, containerPort: 80 }] : [],
      ...(hasProbe ? { healthCheck: probe } : {}),
    }));
}

const accident = fc.constantFrom(
  'none',
  'none',
  'gone',
  'partial',
  'created',
  'crashed',
  'succeeded',
  'lost',
  'stopping',
  'unhealthy',
);

/**
 * A node that was converged to one stack, on which accidents happened, and that shall become another one. Time is 100 s after
 * the start of everything.
 */
export const worlds: fc.Arbitrary<PlanInput> = fc
  .record({
    before: fc.option(services),
    after: services,
    wanted: fc.constantFrom<DesiredState['wanted']>('running', 'running', 'running', 'stopped', 'removed'),
    accidents: fc.array(accident, { minLength: 12, maxLength: 12 }),
    held: fc.option(fc.constantFrom(...names), { freq: 4 }),
    reboot: fc.boolean(),
  })
  .map(({ before, after, wanted, accidents, held, reboot }): PlanInput => {
    const desired = buildDesired(buildStack('shop', { services: after }), { wanted });
    const base =
      before === null
        ? { observed: emptyObserved(), ledger: emptyLedger() }
        : convergedWorld(buildDesired(buildStack('shop', { services: before })));
    const containers = base.observed.containers.flatMap((container, index) =>
      befall(container, accidents[index % accidents.length] ?? 'none'),
    );
    const hold = { reason: 'operator', since: 5_000, bootId: 'boot-1' } as const;
    return {
      desired,
      observed: {
        ...base.observed,
        ...(reboot ? { bootId: 'boot-2' } : {}),
        at: 100_000,
        containers,
      },
      ledger: { ...base.ledger, holds: held === null ? [] : [{ key: held, ...hold }] },
      now: 100_000,
    };
  });

function befall(container: ObservedContainer, what: string): readonly ObservedContainer[] {
  const exit = { startedAt: 0, exitedAt: 99_000, code: 1 };
  switch (what) {
    case 'gone':
      return [];
    case 'partial':
    case 'created': {
      const { task: _, exit: _exit, ...bare } = container;
      return [{ ...bare, phase: what, health: 'none' }];
    }
    case 'crashed':
      return [changeContainer(container, { phase: 'exited', health: 'none', exit })];
    case 'succeeded':
      return [changeContainer(container, { phase: 'exited', health: 'none', exit: { ...exit, code: 0 } })];
    case 'lost':
      return [changeContainer(container, { phase: 'lost', health: 'none' })];
    case 'stopping':
      return container.phase === 'running'
        ? [changeContainer(container, { phase: 'stopping' })]
        : [container];
    case 'unhealthy':
      return container.health === 'healthy'
        ? [changeContainer(container, { health: 'unhealthy' })]
        : [container];
    default:
      return [container];
  }
}

/** What the model does not do by itself: tasks that were ending end, failing probes pass. */
export function settleFacts(input: PlanInput): PlanInput {
  const containers = input.observed.containers.map((container) => {
    if (container.phase === 'stopping')
      return changeContainer(container, {
        phase: 'exited',
        health: 'none',
        exit: { startedAt: 0, exitedAt: input.now, code: 143, signal: 15 },
      });
    return container.health === 'unhealthy'
      ? changeContainer(container, { health: 'healthy', healthSince: input.now })
      : container;
  });
  return { ...input, observed: { ...input.observed, containers } };
}
