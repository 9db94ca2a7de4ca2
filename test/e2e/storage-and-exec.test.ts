import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMissing, runtimes } from './settings.ts';
import { TestNode, until } from './test-node.ts';

const rest = 'image: hello:latest, stop_grace_period: 0s';

describe.each(runtimes)('volumes, logs and exec, on $name', (setting) => {
  const it = test.skipIf(isMissing(setting));
  it('says that no log is kept where none is', async () => {
    await using node = await TestNode.withImage(setting);
    const quiet =
      '{image: hello:latest, command: [sleep, "1000"], network_mode: none, stop_grace_period: 0s, logging: {driver: none}}';
    await node.apply(node.stackFile('quiet', `services:\n  web: ${quiet}\n`));
    expect(await node.tsorch('logs', 'quiet')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[container.no-log]: no log is kept of quiet-web-1'),
    });
  });

  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.withImage(setting);
  });
  afterAll(() => node?.[Symbol.asyncDispose]());

  it('keeps a named volume over replacement and deletion', async () => {
    const stack = (level: number) =>
      node.stackFile(
        'keep',
        `services:
  db: {${rest}, command: [sh, -c, 'echo run >> /data/runs; exec sleep 1000'], environment: {LEVEL: "${level}"}, volumes: [data:/data]}
volumes: {data: {}}\n`,
      );
    const runs = async () => (await node.expect('exec', 'keep/db', 'cat', '/data/runs')).trim().split('\n');
    await node.apply(stack(1));
    await until('the first run', async () => (await runs().catch(() => [])).length === 1);
    await node.apply(stack(2));
    await until('the second run', async () => (await runs()).length === 2);
    await node.expect('delete', 'keep');
    await node.apply(stack(2));
    await until('the third run', async () => (await runs()).length === 3);
    expect(await runs()).toEqual(['run', 'run', 'run']);
  });

  it('mounts binds and tmpfs', async () => {
    mkdirSync(join(node.directory, 'shared'));
    const file = node.stackFile(
      'mounts',
      `services:
  app: {${rest}, command: [sh, -c, 'echo inside > /shared/file; exec sleep 1000'], read_only: true, tmpfs: [/scratch], volumes: ["./shared:/shared"]}\n`,
    );
    await node.apply(file);
    await until('the file', () => {
      try {
        return readFileSync(join(node.directory, 'shared/file'), 'utf8') === 'inside\n';
      } catch {
        return false;
      }
    });
    expect((await node.tsorch('exec', 'mounts/app', 'touch', '/scratch/x')).status).toBe(0);
    expect((await node.tsorch('exec', 'mounts/app', 'touch', '/x')).status).not.toBe(0);
  });

  it('prints logs, also while they are written', async () => {
    const file = node.stackFile(
      'talk',
      `services:\n  app: {${rest}, command: [sh, -c, 'echo out; echo err >&2; exec sleep 1000']}\n`,
    );
    await node.apply(file);
    await until('both lines', async () => {
      const text = await node.expect('logs', 'talk');
      return text.includes('app.1 | out') && text.includes('app.1 | err');
    });
    expect((await node.expect('logs', 'talk', '--tail', '1')).trim().split('\n')).toHaveLength(1);
  });

  it("hands over exec's output, input and exit status", async () => {
    await node.apply(
      node.stackFile(
        'run',
        `services:\n  app: {${rest}, command: [sleep, "1000"], environment: {WHO: app}}\n`,
      ),
    );
    const result = await node.tsorch('exec', 'run/app', 'sh', '-c', 'echo $WHO; echo problem >&2; exit 5');
    expect(result).toEqual({ status: 5, stdout: 'app\n', stderr: 'problem\n' });
    expect((await node.tsorch('exec', '-u', 'www-data', 'run/app', 'id', '-u')).stdout).toBe('33\n');
    expect((await node.tsorch('exec', 'run/app', 'no-such-program')).stderr).toContain(
      'container.exec-failed',
    );
  });

  it('limits memory and processes, and tells an out-of-memory kill', async () => {
    const file = node.stackFile(
      'limits',
      `services:
  eater: {${rest}, command: [sh, -c, 'x=a; while true; do x=$$x$$x; done'], deploy: {resources: {limits: {memory: 16m, pids: 20}}}}\n`,
    );
    await node.tsorch('apply', '-f', file, '--timeout', '20s');
    const killed = await until('it was killed', async () => {
      const [container] = await node
        .json<{ exit?: { oomKilled: boolean } }[]>('ps', 'limits')
        .then((stacks) =>
          (
            stacks as unknown as { services: { containers: { exit?: { oomKilled: boolean } }[] }[] }[]
          ).flatMap(({ services }) => services.flatMap(({ containers }) => containers)),
        );
      return container?.exit;
    });
    expect(killed.oomKilled).toBe(true);
  });
});
