import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMissing, runtimes } from './settings.ts';
import { freePort, run, TestNode, until } from './test-node.ts';

const page = (text: string) => `[sh, -c, 'echo ${text} > /srv/index.html; exec httpd -f -p 80 -h /srv']`;

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return (await response.text()).trim();
}

function hostAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

describe.each(runtimes)('networks, on $name', (setting) => {
  const it = test.skipIf(isMissing(setting));
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.withImage(setting);
  });
  afterAll(() => node?.[Symbol.asyncDispose]());

  it("publishes TCP on the host's own addresses, 127.0.0.1 and ::1", async () => {
    const port = await freePort();
    await node.apply(
      node.stackFile(
        'tcp',
        `services:\n  web: {image: hello:latest, command: ${page('hello')}, ports: ["${port}:80"], stop_grace_period: 0s}\n`,
      ),
    );
    for (const host of ['127.0.0.1', '[::1]', hostAddress()])
      expect(
        await until(`a page from ${host}`, () => fetchText(`http://${host}:${port}/`).catch(() => '')),
      ).toBe('hello');
  });

  it('publishes UDP', async () => {
    const port = await freePort();
    const program = join(node.directory, 'udp-echo');
    await run('gcc', ['-static', '-o', program, 'test/fixtures/programs/udp-echo.c']);
    await node.apply(
      node.stackFile(
        'udp',
        `services:\n  echo: {image: hello:latest, command: [/udp-echo], volumes: ["${program}:/udp-echo:ro"], ports: ["${port}:7/udp"], stop_grace_period: 0s}\n`,
      ),
    );
    const answer = await until('an echo', () => askByUdp(port, 'ping'));
    expect(answer).toBe('ping');
  });

  it('resolves names between services, and separates stacks', async () => {
    const file = node.stackFile(
      'names',
      `services:
  web: {image: hello:latest, command: ${page('by name')}, stop_grace_period: 0s, deploy: {replicas: 2}}
  client: {image: hello:latest, command: [sleep, "1000"], stop_grace_period: 0s}
`,
    );
    await node.apply(file);
    const wget = (url: string) => node.tsorch('exec', 'names/client', 'wget', '-q', '-O', '-', url);
    await until('the page by name', async () => (await wget('http://web/')).stdout.trim() === 'by name');
    const lookup = await node.expect('exec', 'names/client', 'nslookup', 'tasks.web');
    expect([...lookup.matchAll(/Address.*10\.\d+\.\d+\.\d+/g)]).toHaveLength(2);
    expect((await wget('http://names-web-1/')).stdout.trim()).toBe('by name');

    const other = node.stackFile(
      'other',
      'services:\n  spy: {image: hello:latest, command: [sleep, "1000"], stop_grace_period: 0s}\n',
    );
    await node.apply(other);
    expect((await node.tsorch('exec', 'other/spy', 'nslookup', 'web')).status).not.toBe(0);
    const address = lookup.match(/10\.\d+\.\d+\.\d+/)?.[0] ?? '';
    expect((await node.tsorch('exec', 'other/spy', 'timeout', '2', 'nc', address, '80')).status).not.toBe(0);
  });

  it('spreads a published port over its replicas', async () => {
    const port = await freePort();
    await node.apply(
      node.stackFile(
        'spread',
        `services:
  web: {image: hello:latest, command: [sh, -c, 'hostname > /srv/index.html; exec httpd -f -p 80 -h /srv'], ports: ["${port}:80"], stop_grace_period: 0s, deploy: {replicas: 3}}\n`,
      ),
    );
    const seen = new Set<string>();
    await until('answers of all three', async () => {
      seen.add(await fetchText(`http://127.0.0.1:${port}/`).catch(() => ''));
      seen.delete('');
      return seen.size === 3;
    });
    expect(seen.size).toBe(3);
  });

  it('offers the host network and no network at all', async () => {
    const file = node.stackFile(
      'modes',
      `services:
  host: {image: hello:latest, command: [sleep, "1000"], network_mode: host, stop_grace_period: 0s}
  none: {image: hello:latest, command: [sleep, "1000"], network_mode: none, stop_grace_period: 0s}\n`,
    );
    await node.apply(file);
    const links = async (service: string) =>
      (await node.expect('exec', `modes/${service}`, 'ls', '/sys/class/net'))
        .split('\n')
        .filter((name) => name !== '');
    expect(await links('none')).toEqual(['lo']);
    expect((await links('host')).length).toBeGreaterThan(1);
  });
});

function askByUdp(port: number, text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer: string | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(undefined), 500);
    socket.once('message', (message) => end(message.toString()));
    socket.once('error', () => end(undefined));
    socket.send(text, port, '127.0.0.1');
  });
}
