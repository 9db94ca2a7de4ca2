import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestNode, until } from './test-node.ts';

describe('the watched directory', () => {
  it('applies a file that appears, and deletes its stack when it goes', async () => {
    await using node = new TestNode();
    const directory = join(node.directory, 'stacks.d');
    mkdirSync(directory);
    node.variables['TSORCH_STACKS_DIR'] = directory;
    await node.importImage();
    const file = join(directory, 'dropped.yaml');
    writeFileSync(
      file,
      'name: dropped\nservices: {app: {image: "hello:latest", command: [sleep, "1000"], stop_grace_period: 0s}}\n',
    );
    await until('it runs', async () => {
      const stacks = await node.json<{ stack: string; state: string }[]>('ps');
      return stacks.some(({ stack, state }) => stack === 'dropped' && state === 'converged');
    });
    rmSync(file);
    await until('it is gone', async () => (await node.json<unknown[]>('ps')).length === 0, 60_000);
    expect(await node.expect('events', 'dropped')).toContain('deletion was asked for');
  });
});
