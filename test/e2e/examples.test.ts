import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, TestNode } from './test-node.ts';

describe('the examples', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.withImage();
    node.variables['HELLO_PORT'] = String(await freePort());
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const names = readdirSync('examples', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  it.each(names)('%s converges and goes', async (name) => {
    const file = join('examples', name, 'stack.yaml');
    await node.apply(file);
    expect((await node.tsorch('plan', '-f', file)).status).toBe(0);
    expect(await node.expect('delete', '-f', file, '--timeout', '60s')).toContain('gone');
  });
});
