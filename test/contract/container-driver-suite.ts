import { describe, expect, it } from 'vitest';
import type { ContainerFact } from '../../src/engine/containers/container-driver.ts';
import type { Session } from '../../src/engine/host/session.ts';
import type { ContainerSpec } from '../../src/model/container-spec.ts';
import { serviceKey } from '../../src/model/identity.ts';
import type { ObservedContainer } from '../../src/model/observed-state.ts';
import type { Service } from '../../src/model/stack.ts';
import { defaultAddress, defaultNetwork, defaultSubnet, type Engine } from '../support/engine-node.ts';
import { eventually } from '../support/eventually.ts';
import { aContainerSpec, anId, aService } from '../support/service.ts';

/** A node to run the suite on; a new one for each test. */
export interface SuiteNode {
  readonly engine: Engine;
  /** The engine of a daemon that was restarted: everything in memory is gone. */
  restartDaemon(): Promise<Engine>;
  killHostd(): Promise<void>;
  killShim(id: string): Promise<void>;
}

const id = anId('a');

export function containerDriverSuite(name: string, makeNode: () => Promise<SuiteNode>): void {
  describe(`container driver, ${name}`, () => {
    it('shows a container through its life', async () => {
      const { engine } = await makeNode();
      const phases: (string | undefined)[] = [];
      const note = async () => phases.push((await lookAt(engine, id))?.phase);
      await note();
      await createOne(engine, { command: ['sleep', '1000'] });
      await note();
      await engine.containers.start(id, 1);
      await note();
      await engine.containers.stop(id, { stopSignal: 'SIGKILL', graceMs: 5_000 });
      await note();
      await engine.containers.start(id, 2);
      await note();
      await engine.containers.remove(id);
      await note();
      expect(phases).toEqual([undefined, 'created', 'running', 'exited', 'running', undefined]);
    });

    it('tells task, pid and addresses of a running container', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      const { pid, startedAt } = await engine.containers.start(id, 3);
      expect(await lookAt(engine, id)).toMatchObject({
        task: { number: 3, pid, startedAt },
        health: 'none',
        addresses: { shop_default: [defaultAddress(2)] },
      });
    });

    it('tells what the running containers use', async () => {
      const { engine } = await makeNode();
      const others = ['b', 'c'].map((letter, index) => ({
        id: anId(letter),
        slot: { stack: 'shop', service: 'web', ordinal: index + 2 },
        name: `shop-web-${index + 2}`,
      }));
      await createOne(engine, { command: ['sleep', '1000'] });
      for (const other of others) await createOne(engine, { command: ['sleep', '1000'] }, other);
      for (const started of [id, anId('b')]) await engine.containers.start(started, 1);
      const measured = await engine.containers.stats({ stack: 'shop' });
      expect(measured.map(({ spec }) => spec.id)).toEqual([id, anId('b')]);
      for (const { stats } of measured) {
        expect(stats.cpu?.usageUs).toBeGreaterThan(0);
        expect(stats.network).toMatchObject([{ network: 'shop_default', interface: 'eth0' }]);
      }
      expect(await engine.containers.stats({ stack: 'other' })).toEqual([]);
    });

    it('gives the exit code of a task that ended by itself, and wakes up who listens', async () => {
      const { engine } = await makeNode();
      const facts: ContainerFact[] = [];
      engine.containers.onFact((fact) => facts.push(fact));
      await createOne(engine, { command: ['/bin/sh', '-c', 'exit 7'] });
      await engine.containers.start(id, 1);
      await eventually(() => facts.some(({ kind }) => kind === 'exit'));
      expect(facts.find(({ kind }) => kind === 'exit')).toMatchObject({ container: id, stack: 'shop' });
      expect(await lookAt(engine, id)).toMatchObject({
        phase: 'exited',
        exit: { task: 1, code: 7, oomKilled: false, reason: 'exited' },
      });
    });

    it('gives 128 + signal for a task that was killed', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      await engine.containers.start(id, 1);
      await engine.containers.stop(id, { stopSignal: 'SIGKILL', graceMs: 0 });
      expect((await lookAt(engine, id))?.exit?.code).toBeGreaterThan(128);
    });

    it('starts the next task of a container that had to be killed', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      for (const task of [1, 2, 3]) {
        await engine.containers.start(id, task);
        await engine.containers.stop(id, { graceMs: 0 });
      }
      expect(await lookAt(engine, id)).toMatchObject({ phase: 'exited', exit: { task: 3 } });
    });

    it('says why a program cannot be executed, and keeps the record', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['/no/such/program'] });
      await expect(engine.containers.start(id, 1)).rejects.toMatchObject({ code: 'container.start-failed' });
      expect(await lookAt(engine, id)).toMatchObject({
        phase: 'exited',
        exit: { task: 1, reason: 'startError' },
      });
    });

    it('does nothing twice', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      await createOne(engine, { command: ['sleep', '1000'] });
      const first = await engine.containers.start(id, 1);
      expect(await engine.containers.start(id, 1)).toEqual(first);
      await engine.containers.remove(id);
      await engine.containers.remove(id);
      expect(await engine.containers.list()).toEqual([]);
    });

    it('stops only the task that is meant', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      await engine.containers.start(id, 2);
      await engine.containers.stop(id, { task: 1, graceMs: 0 });
      expect(await lookAt(engine, id)).toMatchObject({ phase: 'running', task: { number: 2 } });
    });

    it('removes a container that still runs', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      await engine.containers.start(id, 1);
      await engine.containers.remove(id);
      expect(await engine.containers.list()).toEqual([]);
      expect((await engine.network.observe()).attachments.size).toBe(0);
    });

    it('executes programs with their own output, input and status', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      await engine.containers.start(id, 1);
      const request = { tty: false, stdin: false };
      const echo = await engine.containers.exec(id, { ...request, args: ['echo', 'hello'] });
      expect(await textOf(echo)).toBe('hello\n');
      expect(await echo.exit).toEqual({ code: 0 });
      const cat = await engine.containers.exec(id, { ...request, stdin: true, args: ['cat'] });
      await cat.write(Buffer.from('from outside'));
      cat.endInput();
      expect(await textOf(cat)).toBe('from outside');
      const fails = await engine.containers.exec(id, { ...request, args: ['/bin/sh', '-c', 'exit 3'] });
      expect(await textOf(fails)).toBe('');
      expect(await fails.exit).toEqual({ code: 3 });
    });

    it('gives an exec the environment of the container and what was added', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'], environment: { COLOR: 'red', SIZE: 'big' } });
      await engine.containers.start(id, 1);
      const request = { args: ['env'], tty: false, stdin: false, environment: { COLOR: 'blue' } };
      const lines = (await textOf(await engine.containers.exec(id, request))).split('\n');
      expect(lines).toEqual(expect.arrayContaining(['COLOR=blue', 'SIZE=big', 'HOSTNAME=aaaaaaaaaaaa']));
      expect(lines).not.toContain('COLOR=red');
    });

    it('refuses to execute in a container that does not run', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      const exec = engine.containers.exec(id, { args: ['true'], tty: false, stdin: false });
      await expect(exec).rejects.toMatchObject({ code: 'container.not-running' });
    });

    it('finds everything again after a restart of the daemon, ends that it missed included', async () => {
      const node = await makeNode();
      await createOne(node.engine, { command: ['sleep', '1000'] });
      const short = {
        id: anId('b'),
        slot: { stack: 'shop', service: 'job', ordinal: 1 },
        name: 'shop-job-1',
      };
      await createOne(node.engine, { command: ['/bin/sh', '-c', 'exit 4'] }, short);
      const { pid } = await node.engine.containers.start(id, 1);
      await node.engine.containers.start(short.id, 1);
      const engine = await node.restartDaemon();
      const job = await eventually(async () => {
        const container = await lookAt(engine, short.id);
        return container?.phase === 'exited' ? container : undefined;
      });
      expect(job.exit).toMatchObject({ code: 4, task: 1 });
      expect(await lookAt(engine, id)).toMatchObject({ phase: 'running', task: { pid } });
      await engine.containers.acknowledgeExit(short.id, 1);
      await engine.containers.remove(short.id);
      await engine.containers.remove(id);
    });

    it('hears of an end through the connections of a restarted daemon', async () => {
      const node = await makeNode();
      await createOne(node.engine, { command: ['sleep', '1000'] });
      await node.engine.containers.start(id, 1);
      const engine = await node.restartDaemon();
      await engine.containers.list();
      const facts: string[] = [];
      engine.containers.onFact(({ kind }) => facts.push(kind));
      await engine.containers.stop(id, { stopSignal: 'SIGKILL', graceMs: 0 });
      await eventually(() => facts.includes('exit'));
      expect(facts).toContain('exit');
    });

    it('goes on after hostd was killed', async () => {
      const node = await makeNode();
      await createOne(node.engine, { command: ['sleep', '1000'] });
      const { pid } = await node.engine.containers.start(id, 1);
      await node.killHostd();
      expect(await lookAt(node.engine, id)).toMatchObject({ phase: 'running', task: { pid } });
      await node.engine.containers.remove(id);
      expect(await node.engine.containers.list()).toEqual([]);
    });

    it('tells that everything must be looked at again after hostd was killed', async () => {
      const node = await makeNode();
      await node.engine.containers.list();
      const facts: ContainerFact[] = [];
      node.engine.containers.onFact((fact) => facts.push(fact));
      await node.killHostd();
      await eventually(() => facts.some(({ kind, container }) => kind === 'lost' && container === undefined));
      expect(facts).toHaveLength(1);
    });

    it('goes on with the task of a shim that was killed, and tells it', async () => {
      const node = await makeNode();
      await createOne(node.engine, { command: ['sleep', '1000'] });
      const { pid, startedAt } = await node.engine.containers.start(id, 1);
      const facts: (string | undefined)[] = [];
      node.engine.containers.onFact(({ container }) => facts.push(container));
      await node.killShim(id);
      const adopted = await eventually(async () => {
        const container = await lookAt(node.engine, id);
        return container?.adoptedAt === undefined ? undefined : container;
      });
      expect(adopted).toMatchObject({ phase: 'running', task: { number: 1, pid, startedAt } });
      expect(facts).toContain(id);
      await node.engine.containers.stop(id, { graceMs: 0 });
      expect(await lookAt(node.engine, id)).toMatchObject({ exit: { task: 1, reason: 'exited' } });
      await node.engine.containers.start(id, 2);
      const next = await lookAt(node.engine, id);
      expect(next).toMatchObject({ phase: 'running', task: { number: 2 } });
      expect(next?.adoptedAt).toBeUndefined();
      await node.engine.containers.remove(id);
    });

    it('remembers the spec of an update', async () => {
      const { engine } = await makeNode();
      const spec = await createOne(engine, { command: ['sleep', '1000'] });
      await engine.containers.start(id, 1);
      const definition = { ...spec.definition, resources: { pids: 50 } };
      const updated = { ...spec, definition, hashes: { ...spec.hashes, live: 'other' } };
      await engine.containers.update(updated, ['resources']);
      expect((await lookAt(engine, id))?.spec).toEqual(updated);
    });

    it('puts names and ports of a service in force and takes them back', async () => {
      const { engine } = await makeNode();
      await createOne(engine, { command: ['sleep', '1000'] });
      await engine.containers.start(id, 1);
      const owner = serviceKey('shop', 'web');
      await engine.network.switchEndpoints({ owner, digest: 'd1', ready: [id], all: [id], ports: [] });
      expect((await engine.network.observe()).endpoints).toEqual({ [owner]: { digest: 'd1', ready: [id] } });
      await engine.network.switchEndpoints({ owner, digest: '', ready: [], all: [], ports: [] });
      expect((await engine.network.observe()).endpoints).toEqual({});
      await engine.containers.remove(id);
    });
  });
}

async function createOne(
  engine: Engine,
  service: Partial<Service>,
  changes: Partial<ContainerSpec> = {},
): Promise<ContainerSpec> {
  const spec = aContainerSpec({ definition: aService(service), ...changes });
  await engine.network.ensure(defaultNetwork, { stack: 'shop', subnet: defaultSubnet });
  await engine.containers.create(spec);
  return spec;
}

async function lookAt(engine: Engine, wanted: string): Promise<ObservedContainer | undefined> {
  return (await engine.containers.list()).find(({ spec }) => spec.id === wanted);
}

async function textOf(session: Session): Promise<string> {
  let text = '';
  for await (const { data } of session.output) text += Buffer.from(data).toString();
  return text;
}
