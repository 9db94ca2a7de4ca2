import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, TestNode, until } from './test-node.ts';

describe('a rolling update that starts the new one first', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.withImage();
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const stack = (port: number, command: string) =>
    node.stackFile(
      'web',
      `services:
  web:
    image: hello:latest
    command: ${command}
    ports: ["${port}:80"]
    init: true
    healthcheck: {test: [CMD, wget, -q, -O, /dev/null, "http://127.0.0.1/"], interval: 1s, start_interval: 100ms, start_period: 5s}
    deploy: {replicas: 2, update_config: {order: start-first, parallelism: 1}}
`,
    );
  const page = (text: string) => `[sh, -c, 'echo ${text} > /srv/index.html; exec httpd -f -p 80 -h /srv']`;

  it('goes on serving on the published port, and ends with the new ones alone', async () => {
    const port = await freePort();
    await node.apply(stack(port, page('old')));
    const before = await node.containers('web');
    const client = new Client(port);
    await until('the old page', () => client.seen.has('old'));
    await node.apply(stack(port, page('new')));
    await until('only the new page', async () => (await client.nextPages(5)).every((page) => page === 'new'));
    await client.end();
    expect(client.failures).toEqual([]);
    const after = await node.containers('web');
    expect(after.map(({ phase, health }) => `${phase} ${health}`)).toEqual(
      before.map(() => 'running healthy'),
    );
    expect(after.filter(({ id }) => before.some((old) => old.id === id))).toEqual([]);
  });

  it('keeps the old ones when the new one does not become healthy', async () => {
    const port = await freePort();
    await node.apply(stack(port, page('old')));
    const before = await node.containers('web');
    const broken = stack(port, '[sleep, "1000"]');
    const { status } = await node.tsorch('apply', '-f', broken, '--timeout', '5s');
    expect(status).not.toBe(0);
    const now = await node.containers('web');
    expect(before.every(({ id }) => now.some((one) => one.id === id && one.phase === 'running'))).toBe(true);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('old\n');
  });
});

/** Fetches the page again and again, each time by a new connection. */
class Client {
  readonly seen = new Set<string>();
  readonly failures: string[] = [];
  #last: string[] = [];
  #ended = false;
  readonly #running: Promise<void>;

  constructor(port: number) {
    this.#running = this.#run(`http://127.0.0.1:${port}/`);
  }

  async #run(url: string): Promise<void> {
    while (!this.#ended) {
      try {
        const response = await fetch(url, {
          headers: { connection: 'close' },
          signal: AbortSignal.timeout(5_000),
        });
        const page = (await response.text()).trim();
        this.seen.add(page);
        this.#last.push(page);
      } catch (error) {
        this.failures.push(String(error instanceof Error ? (error.cause ?? error) : error));
      }
      await new Promise((resume) => setTimeout(resume, 5));
    }
  }

  async nextPages(count: number): Promise<readonly string[]> {
    this.#last = [];
    return until('pages', () => this.#last.length >= count && this.#last.slice(0, count));
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#running;
  }
}
