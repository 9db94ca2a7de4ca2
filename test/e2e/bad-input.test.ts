import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, TestNode } from './test-node.ts';

const rest = 'image: hello:latest, command: [sleep, "1000"], stop_grace_period: 0s';

describe('bad input', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.withImage();
  });
  afterAll(() => node[Symbol.asyncDispose]());

  async function refused(text: string, name = 'bad') {
    const result = await node.tsorch('apply', '-f', node.stackFile(name, text), '--timeout', '30s');
    expect(result.status).not.toBe(0);
    expect(await node.json<unknown[]>('ps')).toEqual([]);
    return result;
  }

  it('names the runtimes that there are when a service asks for another one, also in a plan', async () => {
    const text = `services:\n  web: {${rest}, runtime: kata}\n`;
    const { stderr } = await refused(text);
    expect(stderr).toMatch(/service "web": this node has no OCI runtime "kata", but its own and .*runc/);
    const plan = await node.tsorch('plan', '-f', node.stackFile('bad', text));
    expect(plan.stderr).toContain('runtime.not-found');
  });

  it('names an unknown key with its place and the key that was meant', async () => {
    const { status, stderr } = await refused(`services:\n  web: {${rest}, restrat: always}\n`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/error\[spec\.unknown-key\].*restrat/);
    expect(stderr).toMatch(/bad\.yaml:3:\d+/);
    expect(stderr).toContain('did you mean "restart"');
  });

  it('tells all problems of a file at once', async () => {
    const { stderr } = await refused(
      `services:\n  web: {${rest}, restart: sometimes, depends_on: [dbb]}\n  db: {${rest}}\n`,
    );
    expect(stderr).toContain('sometimes');
    expect(stderr).toContain('dbb');
    expect(stderr).toContain('2 problems');
  });

  it('points at broken YAML', async () => {
    const { status, stderr } = await refused('services:\n  web: {image: hello\n');
    expect(status).toBe(2);
    expect(stderr).toContain('error[spec.bad-yaml]');
  });

  it('refuses an image that is nowhere, and changes nothing', async () => {
    const { status, stderr } = await refused('services:\n  web: {image: "127.0.0.1:1/no/such:image"}\n');
    expect(status).toBe(1);
    expect(stderr).toMatch(/error\[(registry\.unreachable|image\.not-found)\]/);
    expect(stderr).toContain('127.0.0.1:1');
  });

  it('names the holder of a port that is taken', async () => {
    const holder = await listen();
    try {
      const port = (holder.address() as { port: number }).port;
      const { status, stderr } = await refused(`services:\n  web: {${rest}, ports: ["${port}:80"]}\n`);
      expect(status).toBe(1);
      expect(stderr).toContain('error[network.port-in-use]');
      expect(stderr).toContain(`pid ${process.pid}`);
    } finally {
      holder.close();
    }
  });

  it('says that a program does not exist in the image', async () => {
    const file = node.stackFile(
      'noprogram',
      'services:\n  web: {image: hello:latest, command: [no-such-program]}\n',
    );
    const result = await node.tsorch('apply', '-f', file, '--timeout', '20s');
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('no-such-program');
    await node.expect('delete', 'noprogram');
  });

  it('refuses a second daemon on the same root', async () => {
    const result = await run(process.execPath, ['dist/tsorchd.cjs'], node.environment());
    expect(result.status).not.toBe(0);
    expect(result.stderr).toContain('error[node.already-running]');
  });

  it('explains wrong usage with exit status 2', async () => {
    expect(await node.tsorch('aplly')).toMatchObject({ status: 2, stderr: expect.stringContaining('apply') });
    expect(await node.tsorch('logs')).toMatchObject({ status: 2 });
    expect(await node.tsorch('ps', 'nothing')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[stack.not-found]'),
    });
  });
});

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '0.0.0.0', () => resolve(server));
  });
}
