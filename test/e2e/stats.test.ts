import { describe, expect, it } from 'vitest';
import type { UsageWithRates } from '../../src/cli/output/usage.ts';
import { TestNode } from './test-node.ts';

describe('tsorch stats', () => {
  it('shows what the containers of a service use', async () => {
    await using node = await TestNode.withImage();
    const file = node.stackFile(
      'shop',
      `services:
  busy: {image: 'hello:latest', init: true, command: [sh, -c, 'while :; do :; done']}
  idle: {image: 'hello:latest', init: true, command: sleep 1000}
`,
    );
    await node.apply(file);
    const all = await node.json<UsageWithRates[]>('stats', 'shop', '--no-stream');
    expect(all.map(({ slot }) => slot)).toEqual(['busy.1', 'idle.1']);
    const [busy, idle] = all;
    expect(busy?.cpuPercent).toBeGreaterThan((idle?.cpuPercent ?? 0) + 1);
    expect(idle?.stats.pids?.current).toBeGreaterThan(0);
    expect(await node.expect('stats', 'shop/idle', '--no-stream')).toMatch(/^CONTAINER .*\nshop\/idle\.1 /);
    expect(await node.tsorch('stats', 'shop/none', '--no-stream')).toMatchObject({ status: 1 });
    await node.expect('delete', 'shop', '--timeout', '60s');
  });
});
