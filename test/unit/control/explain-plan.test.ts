import { describe, expect, it } from 'vitest';
import { explainPlan } from '../../../src/control/planner/explain-plan.ts';
import { planStack } from '../../../src/control/planner/plan-stack.ts';
import { buildInput, type Scenario } from '../../planner/scenario.ts';

function explain(scenario: Omit<Scenario, 'plan'>): string {
  const input = buildInput({ ...scenario, plan: [] });
  return explainPlan({ ...input, plan: planStack(input) });
}

describe('explainPlan', () => {
  it('says in one line that nothing is to be done', () => {
    expect(explain({ stack: { services: { web: {} } } })).toBe('shop: revision 1, nothing to do\n');
  });

  it('tells a first apply by what is shared and by service', () => {
    const text = explain({
      stack: {
        services: {
          db: { mounts: [{ kind: 'volume', volume: 'data', target: '/data', readOnly: false }] },
          web: {
            replicas: 2,
            dependsOn: [{ service: 'db', condition: 'service_healthy', restart: false, required: true }],
          },
        },
        volumes: { data: {} },
      },
      was: null,
    });
    expect(text).toBe(`shop: revision 1, 2 services change

  + create volume shop_data
  + create network shop_default (10.201.0.0/24)
  + pull image busybox:latest
  + db           create    no container
  + web          create    no container
                           2 slots
                           waits for db to be healthy
`);
  });

  it('tells fields that changed, without values of the environment', () => {
    const text = explain({
      stack: {
        services: {
          db: { resources: { memoryBytes: 1024 } },
          web: { image: 'web:2', environment: { PASSWORD: 'new secret' }, replicas: 3 },
        },
      },
      was: {
        services: {
          db: { resources: { memoryBytes: 512 } },
          web: { image: 'web:1', environment: { PASSWORD: 'old secret' }, replicas: 3 },
        },
      },
    });
    expect(text).not.toContain('secret');
    expect(text.replaceAll(/\b[0-9a-f]{6,8}\b/g, 'TAG')).toBe(`shop: revision 1, 2 services change

  ~ db           live      resources.memoryBytes 512 -> 1024
  ± web          recreate  image web:1 (sha256:TAG) -> web:2 (sha256:TAG)
                           environment.PASSWORD TAG -> TAG
                           3 slots, 1 at a time, stop-first
                           web.2 waits for its turn
                           web.3 waits for its turn
`);
  });

  it('tells live changes beside stronger ones', () => {
    const dependsOn = [
      { service: 'db', condition: 'service_started', restart: true, required: true },
    ] as const;
    const text = explain({
      stack: { services: { db: { command: ['new'] }, web: { dependsOn, labels: { tier: 'front' } } } },
      was: { services: { db: {}, web: { dependsOn } } },
    });
    expect(text).toContain(
      '  ⟳ web          restart   db restarted\n                           labels.tier added: front\n',
    );
  });

  it('marks what cannot go on, with the hint', () => {
    const text = explain({
      stack: {
        services: { web: { ports: [{ protocol: 'tcp', hostPort: 80, containerPort: 80 }] }, worker: {} },
      },
      was: { services: { worker: {} } },
      world: {
        portConflicts: [{ service: 'web', protocol: 'tcp', hostPort: 80, holder: 'nginx (pid 812)' }],
      },
    });
    expect(text).toBe(`shop: revision 1, 1 cannot go on

  ! web          blocked   port *:80/tcp is held by nginx (pid 812) [network.port-in-use]
`);
  });

  it('tells a deletion', () => {
    expect(
      explain({ stack: { services: { web: {} } }, wanted: 'removed' }),
    ).toBe(`shop: delete, 1 service changes

  - remove network shop_default
  - web          remove    stack shop removed
`);
  });
});
