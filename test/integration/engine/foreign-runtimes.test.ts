import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../../src/model/stack.ts';
import { type Engine, foreignRuntimes } from '../../support/engine-node.ts';
import { eventually } from '../../support/eventually.ts';
import { nativeNode } from '../../support/native-node.ts';
import { aContainerSpec, anId, aService } from '../../support/service.ts';

const id = anId('f');

async function runOn(runtime: string, service: Partial<Service>): Promise<Engine> {
  const { engine } = await nativeNode();
  const definition = aService({ network: { kind: 'host' }, runtime, command: ['sleep', '1000'], ...service });
  await engine.containers.create(aContainerSpec({ id, definition }));
  await engine.containers.start(id, 1);
  return engine;
}

async function output(engine: Engine, args: readonly string[]): Promise<string> {
  const session = await engine.containers.exec(id, { args, tty: false, stdin: false });
  let text = '';
  for await (const { data } of session.output) text += Buffer.from(data).toString();
  return text.trim();
}

describe.each(foreignRuntimes)('a container on $name', ({ name, path }) => {
  const test = it.skipIf(!existsSync(path));

  test('runs, executes, is stopped, runs again and is removed', async () => {
    const engine = await runOn(name, { hostname: 'shop' });
    expect(await output(engine, ['hostname'])).toBe('shop');
    await engine.containers.stop(id, { graceMs: 0 });
    expect((await engine.containers.list())[0]).toMatchObject({ phase: 'exited', exit: { code: 137 } });
    await engine.containers.start(id, 2);
    expect((await engine.containers.list())[0]).toMatchObject({ phase: 'running', task: { number: 2 } });
    await engine.containers.remove(id);
    expect(await engine.containers.list()).toEqual([]);
  });

  test('gives its exit code and its output', async () => {
    const engine = await runOn(name, { command: ['sh', '-c', 'echo out; echo err >&2; exit 9'] });
    const exit = await eventually(async () => (await engine.containers.list())[0]?.exit);
    expect(exit).toMatchObject({ code: 9, reason: 'exited' });
    const texts: string[] = [];
    for await (const { text } of engine.logs.read([id])) texts.push(text);
    expect(texts.sort()).toEqual(['err', 'out']);
  });

  test('fails with the message of the runtime when its program cannot be executed', async () => {
    await expect(runOn(name, { command: ['/no/such'] })).rejects.toMatchObject({
      code: 'runtime.failed',
      message: expect.stringContaining('/no/such'),
    });
  });
});

describe('a container on a runtime that the node does not know', () => {
  it('is not created', async () => {
    await expect(runOn('kata', {})).rejects.toMatchObject({
      code: 'runtime.not-found',
      message: 'this node has no OCI runtime "kata", but its own and runc',
    });
  });
});
