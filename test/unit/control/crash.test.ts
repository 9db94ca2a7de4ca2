import { describe, expect, it } from 'vitest';
import { TsorchError } from '../../../src/lib/errors.ts';
import type { Stack } from '../../../src/model/stack.ts';
import { passTime } from '../../fakes/fake-clock.ts';
import { type Control, type ControlHost, controlHost, startControl } from '../../support/control-node.ts';
import { buildStack, probe, type StackFields } from '../../support/stack-builder.ts';

const migrated = [
  { service: 'migrate', condition: 'service_completed_successfully', restart: false, required: true },
] as const;
const afterDb = [{ service: 'db', condition: 'service_healthy', restart: true, required: true }] as const;

const before: StackFields = {
  services: {
    db: { healthCheck: probe, mounts: [{ kind: 'volume', volume: 'data', target: '/d', readOnly: false }] },
    migrate: { restart: { kind: 'no' }, dependsOn: afterDb },
    web: {
      image: 'web:1',
      replicas: 2,
      dependsOn: migrated,
      ports: [{ protocol: 'tcp', hostPort: 8080, containerPort: 80 }],
    },
    mailer: { replicas: 2 },
  },
  volumes: { data: {} },
};

const after: StackFields = {
  services: {
    db: { ...before.services['db'], labels: { tier: 'back' } },
    migrate: { ...before.services['migrate'], command: ['migrate', 'again'] },
    web: {
      ...before.services['web'],
      image: 'web:2',
      replicas: 3,
      update: { order: 'start-first', parallelism: 1, delayMs: 0 },
    },
    worker: { restart: { kind: 'no' }, dependsOn: [...afterDb] },
  },
  networks: { spare: {} },
  volumes: { data: {} },
};

type Turn = (control: Control) => Promise<void>;

/** What operators ask for, one after the other; each is told again when the daemon died over it. */
const turns: readonly Turn[] = [
  applying(buildStack('shop', before)),
  applying(buildStack('shop', after)),
  async ({ controller }) => controller.restart('shop', ['db']),
  async ({ controller, stacks }) => {
    if (stacks.find('shop') !== undefined) controller.delete('shop');
  },
];

function applying(stack: Stack): Turn {
  return async ({ controller }) => {
    await controller.apply(stack, { source: 'stack.yaml' });
  };
}

function hostOfTest(): ControlHost {
  const host = controlHost();
  host.node.behaviours.set('migrate', 'succeeds');
  return host;
}

/** The fate of the call with this number: it fails, or the daemon dies before or after its effect. */
type Fate = 'fails' | 'dies before' | 'dies after';

interface Fault {
  readonly at: number;
  readonly fate: Fate;
}

/** Carries out one turn on a host, with a fault on the way; a daemon that died is followed by another one. */
async function carryOut(host: ControlHost, turn: Turn, fault?: Fault): Promise<number> {
  let calls = 0;
  let isDead = false;
  const never = new Promise<void>(() => {});
  const control = startControl(host, {
    around: async (_call, act) => {
      if (isDead) return never;
      calls += 1;
      const isHit = calls === fault?.at;
      if (isHit && fault.fate === 'fails')
        throw new TsorchError('host.failed', 'it did not work this time', { retryable: true });
      if (!isHit || fault.fate === 'dies after') act();
      isDead = isHit && fault.fate !== 'fails';
      return isDead ? never : undefined;
    },
  });
  await turn(control);
  let state: string | undefined;
  control.settle('shop').then(
    (settled) => {
      state = settled;
    },
    () => {
      state = 'removed';
    },
  );
  await passTime(host.clock, () => isDead || state !== undefined);
  if (!isDead) {
    await control.stop();
    return calls;
  }
  control.forgetFacts();
  const next = startControl(host);
  if (next.stacks.names().length > 0) await next.settle('shop');
  await next.stop();
  return calls;
}

/** Summary of the host after each turn of an undisturbed life, and how many calls each took. */
async function undisturbed() {
  const host = hostOfTest();
  const ends: { readonly calls: number; readonly summary: readonly string[] }[] = [];
  for (const turn of turns) {
    const calls = await carryOut(host, turn);
    ends.push({ calls, summary: host.node.summary() });
  }
  return ends;
}

describe.each<Fate>(['fails', 'dies before', 'dies after'])('when a call %s', (fate) => {
  it.each([
    ['first apply', 0],
    ['update of a stack', 1],
    ['restart of a service', 2],
    ['deletion', 3],
  ])('the %s comes to the same end, at whichever call that is', { timeout: 60_000 }, async (_, index) => {
    const ends = await undisturbed();
    const { calls = 0, summary = [] } = ends[index] ?? {};
    expect(calls).toBeGreaterThan(2);
    for (let at = 1; at <= calls; at += 1) {
      const host = hostOfTest();
      for (const turn of turns.slice(0, index)) await carryOut(host, turn);
      const turn = turns[index];
      if (turn !== undefined) await carryOut(host, turn, { at, fate });
      expect(host.node.summary(), `call ${at} ${fate}`).toEqual(summary);
    }
  });
});

describe('an undisturbed life', () => {
  it('ends with nothing but the volume', async () => {
    expect((await undisturbed()).at(-1)?.summary).toEqual(['volume shop_data']);
  });
});
