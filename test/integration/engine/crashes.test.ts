import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defaultNetwork, defaultSubnet, type Engine } from '../../support/engine-node.ts';
import { eventually } from '../../support/eventually.ts';
import { nativeNode } from '../../support/native-node.ts';
import { aContainerSpec, anId, aService } from '../../support/service.ts';

const ids = ['1', '2', '3', '4'].map(anId);

/** Everything of a container's life, taken up again after each failure, as the reconciler does it round by round. */
async function persevere(step: () => Promise<unknown>): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      await step();
      return;
    } catch (error) {
      if (failures === 5) throw error;
    }
  }
}

async function bringUp(engine: Engine): Promise<void> {
  await persevere(() => engine.network.ensure(defaultNetwork, { stack: 'shop', subnet: defaultSubnet }));
  const definition = aService({ command: ['sleep', '1000'] });
  await Promise.all(
    ids.map(async (id, index) => {
      const slot = { stack: 'shop', service: 'web', ordinal: index + 1 };
      await persevere(() => engine.containers.create(aContainerSpec({ id, slot, definition })));
      await persevere(() => engine.containers.start(id, 1));
    }),
  );
}

async function phases(engine: Engine): Promise<readonly string[]> {
  return (await engine.containers.list()).map(({ phase, task }) => `${phase} ${task?.number}`);
}

describe('hostd killed at any moment', () => {
  it.each([0, 3, 6, 10, 15, 20, 30, 45, 60])('%i ms after containers began to be made', async (afterMs) => {
    const node = await nativeNode();
    const made = bringUp(node.engine);
    await delay(afterMs);
    await node.killHostd();
    await made;
    expect(await phases(node.engine)).toEqual(ids.map(() => 'running 1'));
  });

  it.each([0, 2, 5, 10, 20])('%i ms after containers began to be removed', async (afterMs) => {
    const node = await nativeNode();
    await bringUp(node.engine);
    const removed = Promise.all(ids.map((id) => persevere(() => node.engine.containers.remove(id))));
    await delay(afterMs);
    await node.killHostd();
    await removed;
    expect(await phases(node.engine)).toEqual([]);
  });
});

describe('a shim killed at any moment', () => {
  it.each([0, 1, 2, 4, 8, 15])('%i ms after its container was started', async (afterMs) => {
    const node = await nativeNode();
    await bringUp(node.engine);
    const [id = expect.fail()] = ids;
    await node.engine.containers.stop(id, { graceMs: 0 });
    const started = node.engine.containers.start(id, 2).catch(() => 'failed');
    await delay(afterMs);
    await node.killShim(id);
    await started;
    // As rounds do it: look, and start the next task of what has ended, until it runs.
    await eventually(async () => {
      const container = (await node.engine.containers.list()).find(({ spec }) => spec.id === id);
      if (container?.phase === 'running') return container;
      if (container?.phase === 'lost' || container?.phase === 'exited')
        await node.engine.containers.start(id, (container.task?.number ?? 0) + 1).catch(() => 'failed');
      return undefined;
    });
    const words = (await phases(node.engine)).map((phase) => phase.split(' ')[0]);
    expect(words).toEqual(ids.map(() => 'running'));
  });
});

describe('a daemon killed at any moment', () => {
  it.each([0, 3, 6, 10, 15, 25, 40])('%i ms after containers began to be made', async (afterMs) => {
    const node = await nativeNode();
    const made = bringUp(node.engine).catch(() => 'cut off');
    await delay(afterMs);
    const engine = await node.restartDaemon();
    await made;
    await bringUp(engine);
    expect(await phases(engine)).toEqual(ids.map(() => 'running 1'));
  });
});
