import { describe, expect, it } from 'vitest';
import { TestNode, until } from './test-node.ts';

describe('another OCI runtime under our shim', () => {
  it('runs, probes, heals and ends a stack on runc', async () => {
    await using node = await TestNode.withImage();
    const file = node.stackFile(
      'runc',
      `services:
  web:
    image: hello:latest
    runtime: runc
    command: [sh, -c, 'echo from runc; touch /tmp/up; exec sleep 1000']
    healthcheck: {test: [CMD, test, -e, /tmp/up], interval: 300ms, start_interval: 100ms, start_period: 5s}
    restart: always
    stop_grace_period: 0s
`,
    );
    await node.apply(file);
    const [before] = await node.containers('runc');
    expect(before).toMatchObject({ phase: 'running', health: 'healthy' });
    expect(await node.expect('logs', 'runc')).toContain('from runc');
    expect((await node.tsorch('exec', 'runc/web', 'sh', '-c', 'exit 3')).status).toBe(3);
    process.kill(before?.task?.pid ?? 0, 'SIGKILL');
    await until('another task', async () => {
      const [container] = await node.containers('runc');
      return container?.task?.number === 2 && container.phase === 'running';
    });
    await node.expect('delete', 'runc', '--timeout', '60s');
    expect(await node.end()).toEqual([]);
  });
});
