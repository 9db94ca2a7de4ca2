import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSettings, isMissing } from './settings.ts';
import { TestNode, until } from './test-node.ts';

describe.each(allSettings)('the life of a stack on $name', (setting) => {
  const it = test.skipIf(isMissing(setting));
  const { runtime } = setting;
  const image = 'image: hello:latest';
  const sleeper = `${image}, command: [sleep, "1000"], init: ${runtime === undefined}, stop_grace_period: 1s`;
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.withImage(setting);
  });
  afterAll(() => node?.[Symbol.asyncDispose]());

  it('becomes what the file says, and a second apply changes nothing', async () => {
    const file = node.stackFile('plain', `services:\n  a: {${sleeper}}\n  b: {${sleeper}}\n`);
    expect((await node.tsorch('plan', '-f', file)).status).toBe(3);
    await node.apply(file);
    const first = await node.containers('plain');
    expect(first.map(({ name, phase }) => [name, phase])).toEqual([
      ['plain-a-1', 'running'],
      ['plain-b-1', 'running'],
    ]);
    expect((await node.tsorch('plan', '-f', file)).status).toBe(0);
    expect(await node.expect('apply', '-f', file)).toContain('no change');
    expect(await node.containers('plain')).toEqual(first);
  });

  it('replaces a process that was killed, in the same container', async () => {
    const file = node.stackFile('heal', `services:\n  web: {${sleeper}, restart: always}\n`);
    await node.apply(file);
    const [before] = await node.containers('heal');
    process.kill(before?.task?.pid ?? 0, 'SIGKILL');
    const after = await until('another task runs', async () => {
      const [container] = await node.containers('heal');
      return container?.phase === 'running' && container.task?.number === 2 && container;
    });
    expect(after.id).toBe(before?.id);
    expect(after.task?.pid).not.toBe(before?.task?.pid);
  });

  it('replaces only the service that was changed, and removes one that left the file', async () => {
    const stack = (level: string, services: string) =>
      node.stackFile(
        'three',
        `services:\n  a: {${sleeper}}\n  b: {${sleeper}, environment: {LEVEL: "${level}"}}\n${services}`,
      );
    await node.apply(stack('1', `  c: {${sleeper}}\n`));
    const [a, b, c] = await node.containers('three');
    await node.apply(stack('2', `  c: {${sleeper}}\n`));
    const changed = await node.containers('three');
    expect(changed.map(({ name }) => name)).toEqual(['three-a-1', 'three-b-1', 'three-c-1']);
    expect([changed[0]?.task, changed[2]?.task]).toEqual([a?.task, c?.task]);
    expect(changed[1]?.id).not.toBe(b?.id);
    await node.apply(stack('2', ''));
    expect((await node.containers('three')).map(({ name }) => name)).toEqual(['three-a-1', 'three-b-1']);
  });

  it('scales up and down', async () => {
    const stack = (replicas: number) =>
      node.stackFile('scale', `services:\n  web: {${sleeper}, deploy: {replicas: ${replicas}}}\n`);
    await node.apply(stack(1));
    const [first] = await node.containers('scale');
    await node.apply(stack(5));
    expect((await node.containers('scale')).filter(({ phase }) => phase === 'running')).toHaveLength(5);
    await node.apply(stack(2));
    const left = await node.containers('scale');
    expect(left.map(({ name }) => name)).toEqual(['scale-web-1', 'scale-web-2']);
    expect(left[0]?.task).toEqual(first?.task);
  });

  it('stops, starts and restarts on demand', async () => {
    const file = node.stackFile('manual', `services:\n  web: {${sleeper}, restart: always}\n`);
    await node.apply(file);
    await node.expect('stop', 'manual', 'web');
    expect((await node.containers('manual'))[0]?.phase).toBe('exited');
    await node.expect('start', 'manual', 'web');
    expect((await node.containers('manual'))[0]).toMatchObject({ phase: 'running', task: { number: 2 } });
    await node.expect('restart', 'manual');
    expect((await node.containers('manual'))[0]).toMatchObject({ phase: 'running', task: { number: 3 } });
  });

  it('waits for a dependency to be healthy and for a one-shot to complete', async () => {
    const file = node.stackFile(
      'order',
      `services:
  setup: {${image}, command: [sh, -c, 'sleep 0.3; echo ready > /shared/setup'], volumes: [shared:/shared]}
  db:
    ${lines(image)}
    command: [sh, -c, 'sleep 0.5; touch /tmp/up; exec sleep 1000']
    healthcheck: {test: [CMD, test, -e, /tmp/up], interval: 200ms, retries: 50, start_period: 10s, start_interval: 100ms}
    stop_grace_period: 0s
  app:
    ${lines(image)}
    command: [sh, -c, 'test -e /shared/setup && echo started; exec sleep 1000']
    volumes: [shared:/shared]
    stop_grace_period: 0s
    depends_on: {db: {condition: service_healthy}, setup: {condition: service_completed_successfully}}
volumes: {shared: {}}
`,
    );
    await node.apply(file);
    const [setup, db, app] = ['setup', 'db', 'app'].map((name) => name);
    const containers = await node.containers('order');
    const of = (service: string | undefined) => containers.find((container) => container.service === service);
    expect(of(db)).toMatchObject({ phase: 'running', health: 'healthy' });
    expect(of(setup)).toMatchObject({ phase: 'exited' });
    expect(of(app)).toMatchObject({ phase: 'running' });
    await until('app has written', async () =>
      (await node.expect('logs', 'order', 'app')).includes('started'),
    );
    // Done for this definition: applying again does not run it again.
    await node.apply(file);
    expect((await node.containers('order')).find(({ service }) => service === setup)?.task?.number).toBe(1);
  });

  it('executes, with the exit code, and keeps the output of both streams', async () => {
    const command = `[sh, -c, 'echo out; echo err >&2; exec sleep 1000']`;
    await node.apply(
      node.stackFile('talk', `services:\n  web: {${image}, command: ${command}, stop_grace_period: 0s}\n`),
    );
    expect(await node.tsorch('exec', 'talk/web', 'sh', '-c', 'id -u; exit 5')).toMatchObject({
      status: 5,
      stdout: '0\n',
    });
    const text = await until('both lines', async () => {
      const seen = await node.expect('logs', 'talk');
      return seen.includes('out') && seen.includes('err') && seen;
    });
    expect(text.trim().split('\n')).toHaveLength(2);
  });

  it('gives a program the time it was promised to end', async () => {
    const command = `[sh, -c, 'trap "sleep 0.5; echo done; exit 3" TERM; echo up; while :; do sleep 0.1; done']`;
    await node.apply(
      node.stackFile('grace', `services:\n  web: {${image}, command: ${command}, stop_grace_period: 30s}\n`),
    );
    await until('it is up', async () => (await node.expect('logs', 'grace')).includes('up'));
    await node.expect('stop', 'grace');
    expect(await node.expect('logs', 'grace')).toContain('done');
    expect((await node.containers('grace'))[0]?.phase).toBe('exited');
  });

  it('leaves nothing but the volume behind', async () => {
    const file = node.stackFile(
      'gone',
      `services:\n  web: {${sleeper}, volumes: [data:/data], ports: ["127.0.0.1:0:80"]}\nvolumes: {data: {}}\n`.replace(
        '127.0.0.1:0:80',
        '127.0.0.1:18923:80',
      ),
    );
    await node.apply(file);
    expect(await node.expect('delete', 'gone')).toContain('gone');
    const ids = (await node.leftovers()).filter((line) => line.includes('gone'));
    expect(ids).toEqual([]);
    expect((await node.tsorch('ps', 'gone')).stderr).toContain('stack.not-found');
  });
});

/** Entries of a flow mapping as lines of a block mapping at the depth of the services above. */
function lines(entries: string): string {
  return entries.split(', ').join('\n    ');
}
