import { describe, expect, it } from 'vitest';
import { deriveStatus } from '../../../src/control/derive-status.ts';
import { planStack } from '../../../src/control/planner/plan-stack.ts';
import type { StackStatus } from '../../../src/model/status.ts';
import { buildInput, type Scenario } from '../../planner/scenario.ts';
import { probe } from '../../support/stack-builder.ts';

function statusOf(scenario: Omit<Scenario, 'plan'>): StackStatus {
  const input = buildInput({ ...scenario, plan: [] });
  return deriveStatus({ ...input, plan: planStack(input) });
}

const probed = { services: { web: { healthCheck: probe } } };

describe('deriveStatus', () => {
  it('is converged only when what runs is ready', () => {
    const health = (value: 'starting' | 'healthy' | 'unhealthy') =>
      statusOf({
        stack: probed,
        world: { containers: { 'web.1': { health: value, phase: 'running' } }, endpoints: {} },
      });
    const rested = (status: StackStatus) =>
      status.services.map(({ ready, desired }) => `${ready} of ${desired}`);
    const settled = statusOf({ stack: probed });
    expect([settled.state, rested(settled)]).toEqual(['converged', ['1 of 1']]);
    expect(rested(health('starting'))).toEqual(['0 of 1']);
  });

  it('is failed when a replica is unhealthy and nothing is left to do', () => {
    const { state } = statusOf({
      stack: probed,
      world: { containers: { 'web.1': { health: 'unhealthy' } } },
    });
    expect(state).toBe('failed');
  });

  it('is progressing while a probe has not answered yet', () => {
    const { state } = statusOf({ stack: probed, world: { containers: { 'web.1': { health: 'starting' } } } });
    expect(state).toBe('progressing');
  });

  it('shows a service that leaves, with its containers marked', () => {
    const { services, state } = statusOf({
      stack: { services: { db: {} } },
      was: { services: { db: {}, web: { replicas: 2 } } },
    });
    expect(state).toBe('progressing');
    expect(services.map(({ name, desired }) => `${name} ${desired}`)).toEqual(['db 1', 'web 0']);
    expect(services[1]?.containers.map(({ slot, outdated }) => `${slot} ${outdated}`)).toEqual([
      'web.1 true',
      'web.2 true',
    ]);
  });

  it('counts a one-shot that has done its work as wanted no more', () => {
    const { services, state } = statusOf({
      stack: {
        services: {
          migrate: { restart: { kind: 'no' } },
          web: {
            dependsOn: [
              {
                service: 'migrate',
                condition: 'service_completed_successfully',
                restart: false,
                required: true,
              },
            ],
          },
        },
      },
    });
    expect(state).toBe('converged');
    expect(services.map(({ name, ready, desired, done }) => [name, ready, desired, done])).toEqual([
      ['migrate', 0, 0, true],
      ['web', 1, 1, false],
    ]);
  });

  it('says for what a service waits', () => {
    const { services } = statusOf({
      stack: { services: { web: {} } },
      world: {
        containers: { 'web.1': { phase: 'exited', exit: { startedAt: 99_000, exitedAt: 99_900, code: 1 } } },
      },
    });
    expect(services[0]?.blocked).toMatchObject([{ target: 'web.1', kind: 'wait', until: 100_377 }]);
  });
});
