import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { TestNode, until } from './test-node.ts';

describe('tsorch daemon', () => {
  it('is the node in the foreground, and ends with it', async () => {
    await using node = new TestNode();
    const options = { env: node.environment(), stdio: 'ignore' } as const;
    const daemon = spawn(process.execPath, ['dist/tsorch.cjs', 'daemon'], options);
    const ended = once(daemon, 'exit');
    await until('the daemon answers', async () => (await node.expect('version')).includes('native'));
    expect(await node.end()).toEqual([]);
    expect(await ended).toEqual([0, null]);
  });
});
