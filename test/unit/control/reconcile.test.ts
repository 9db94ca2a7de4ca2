import { describe, expect, it } from 'vitest';
import { controlHost, startControl, stepsDone } from '../../support/control-node.ts';
import { buildStack, probe } from '../../support/stack-builder.ts';

const port = { protocol: 'tcp', hostPort: 8080, containerPort: 80 } as const;

const shop = buildStack('shop', {
  services: {
    db: {
      healthCheck: probe,
      mounts: [{ kind: 'volume', volume: 'data', target: '/data', readOnly: false }],
    },
    web: {
      replicas: 2,
      ports: [port],
      dependsOn: [{ service: 'db', condition: 'service_healthy', restart: false, required: true }],
    },
  },
  volumes: { data: {} },
});

describe('a stack on a node', () => {
  it('converges after an apply, and then does nothing more', async () => {
    const host = controlHost();
    const control = startControl(host);
    expect(await control.apply(shop)).toBe('converged');
    expect(
      [...host.node.containers.values()].map(({ spec, phase }) => `${spec.name} ${phase}`).sort(),
    ).toEqual(['shop-db-1 running', 'shop-web-1 running', 'shop-web-2 running']);
    const done = stepsDone(control).length;
    expect(await control.apply(shop)).toBe('converged');
    expect(stepsDone(control).length).toBe(done);
    expect(control.controller.revisions('shop').length).toBe(1);
    await control.stop();
  });

  it('leaves nothing but its volume after a delete', async () => {
    const host = controlHost();
    const control = startControl(host);
    await control.apply(shop);
    control.controller.delete('shop');
    expect(await control.settle('shop')).toBe('removed');
    expect(host.node.summary()).toEqual(['volume shop_data']);
    expect(control.stacks.names()).toEqual([]);
    expect(control.ledger.subnets()).toEqual({});
    await control.stop();
  });

  it('replaces only the service that changed', async () => {
    const host = controlHost();
    const control = startControl(host);
    await control.apply(shop);
    const db = host.node.find('db.1')?.task;
    control.trace.length = 0;
    const next = buildStack('shop', {
      services: { ...shop.services, web: { ...shop.services['web'], environment: { LEVEL: 'debug' } } },
      volumes: { data: {} },
    });
    expect(await control.apply(next)).toBe('converged');
    expect(host.node.find('db.1')?.task).toEqual(db);
    expect(stepsDone(control).filter((step) => step.includes('db'))).toEqual([]);
    expect(host.node.containers.size).toBe(3);
    await control.stop();
  });

  it('heals a task that was killed, in the same container', async () => {
    const host = controlHost();
    const control = startControl(host);
    await control.apply(shop);
    const container = host.node.find('web.1');
    if (container === undefined) throw new Error('no container');
    host.node.endTask(container, { at: host.clock.now(), code: 137 });
    expect(await control.settle('shop')).toBe('converged');
    expect(host.node.containers.get(container.spec.id)?.task?.number).toBe(2);
    await control.stop();
  });

  it('waits longer with each failure, across restarts of the daemon', async () => {
    const host = controlHost();
    host.node.behaviours.set('web', 'fails');
    const stack = buildStack('shop', { services: { web: {} } });
    const first = startControl(host);
    expect(await first.apply(stack)).toBe('failed');
    expect(first.ledger.read('shop')?.backoffs).toMatchObject([{ key: 'web.1', attempts: 5, task: 5 }]);
    await first.stop();
    const second = startControl(host);
    host.clock.advance(60_000);
    expect(await second.settle('shop')).toBe('failed');
    expect(second.ledger.read('shop')?.backoffs).toMatchObject([{ key: 'web.1', attempts: 6, task: 6 }]);
    await second.stop();
  });

  it('comes back after a reboot with the addresses it had', async () => {
    const host = controlHost();
    const first = startControl(host);
    await first.apply(shop);
    const subnets = first.ledger.subnets();
    await first.stop();
    host.node.reboot();
    const second = startControl(host, { bootId: 'boot-2' });
    expect(await second.settle('shop')).toBe('converged');
    expect(second.ledger.subnets()).toEqual(subnets);
    expect(host.node.find('web.2')?.phase).toBe('running');
    await second.stop();
  });

  it('stops, starts and restarts services', async () => {
    const host = controlHost();
    const control = startControl(host);
    await control.apply(shop);
    control.controller.stop('shop', ['web']);
    expect(await control.settle('shop')).toBe('converged');
    expect(host.node.find('web.1')?.phase).toBe('exited');
    await control.controller.start('shop', ['web']);
    expect(await control.settle('shop')).toBe('converged');
    expect(host.node.find('web.1')?.task?.number).toBe(2);
    await control.controller.restart('shop', []);
    expect(await control.settle('shop')).toBe('converged');
    expect(['db.1', 'web.1', 'web.2'].map((slot) => host.node.find(slot)?.task?.number)).toEqual([2, 3, 3]);
    control.controller.stop('shop', []);
    expect(await control.settle('shop')).toBe('stopped');
    await control.controller.start('shop', []);
    expect(await control.settle('shop')).toBe('converged');
    await control.stop();
  });

  it('runs a one-shot once, and again when it is asked to by name', async () => {
    const host = controlHost();
    host.node.behaviours.set('migrate', 'succeeds');
    const control = startControl(host);
    const stack = buildStack('shop', {
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
    });
    expect(await control.apply(stack)).toBe('converged');
    await control.controller.restart('shop', []);
    expect(await control.settle('shop')).toBe('converged');
    expect(host.node.find('migrate.1')?.task?.number).toBe(1);
    await control.controller.restart('shop', ['migrate']);
    expect(await control.settle('shop')).toBe('converged');
    expect(host.node.find('migrate.1')?.task?.number).toBe(2);
    await control.stop();
  });

  it('refuses a stack with all findings at once, and changes nothing', async () => {
    const host = controlHost();
    host.node.foreignPorts.set(8080, 'nginx (pid 812)');
    const control = startControl(host);
    const broken = buildStack('shop', { services: { ...shop.services, job: { image: 'missing:1' } } });
    await expect(control.controller.apply(broken, { source: 'stack.yaml' })).rejects.toThrow(
      /for 2 reasons[\s\S]*missing:1 is not known[\s\S]*nginx \(pid 812\)/,
    );
    expect(control.stacks.names()).toEqual([]);
    expect(host.node.summary()).toEqual([]);
    await control.stop();
  });

  it('gives two stacks that are applied at once different subnets', async () => {
    const host = controlHost();
    const control = startControl(host);
    const stacks = ['one', 'two', 'three'].map((name) => buildStack(name, { services: { web: {} } }));
    await Promise.all(stacks.map((stack) => control.controller.apply(stack, { source: 'x' })));
    for (const { name } of stacks) expect(await control.settle(name)).toBe('converged');
    expect(new Set(Object.values(control.ledger.subnets())).size).toBe(3);
    await control.stop();
  });

  it('comes to rest when a step says that it was done and was not', async () => {
    const host = controlHost();
    const control = startControl(host, {
      around: async (call, act) => (call.startsWith('switch') ? undefined : act()),
    });
    await control.controller.apply(shop, { source: 'x' });
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
    const rounds = control.trace.filter(({ kind }) => kind === 'planned').length;
    expect(rounds).toBeLessThan(12);
    await control.stop();
  });
});
