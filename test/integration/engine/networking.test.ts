import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serviceKey } from '../../../src/model/identity.ts';
import type { NetworkAttachment, PublishedPort, Service } from '../../../src/model/stack.ts';
import {
  defaultAddress,
  defaultNetwork,
  defaultSubnet,
  type Engine,
  otherSubnet,
} from '../../support/engine-node.ts';
import { eventually } from '../../support/eventually.ts';
import { nativeNode } from '../../support/native-node.ts';
import { aContainerSpec, anId, aService } from '../../support/service.ts';

const web = serviceKey('shop', 'web');
const serving = ['sh', '-c', 'hostname > /srv/index.html; exec httpd -f -p 80 -h /srv'];

interface Replica {
  readonly digit: string;
  readonly service?: string;
  readonly ordinal?: number;
  readonly definition?: Partial<Service>;
}

/** Makes and starts a container in network `default`, whose host name is its digit twelve times. */
async function run(
  engine: Engine,
  { digit, service = 'web', ordinal = 1, definition = {} }: Replica,
): Promise<string> {
  const id = anId(digit);
  await engine.containers.create(
    aContainerSpec({
      id,
      slot: { stack: 'shop', service, ordinal },
      name: `shop-${service}-${ordinal}`,
      definition: aService({ name: service, command: serving, ...definition }),
      networks: { default: 'shop_default', back: 'shop_back' },
    }),
  );
  await engine.containers.start(id, 1);
  return id;
}

async function aNode(): Promise<Engine> {
  const { engine } = await nativeNode();
  await engine.network.ensure(defaultNetwork, { stack: 'shop', subnet: defaultSubnet });
  return engine;
}

async function output(engine: Engine, id: string, script: string): Promise<string> {
  const session = await engine.containers.exec(id, {
    args: ['sh', '-c', `${script} 2>&1`],
    tty: false,
    stdin: false,
  });
  let text = '';
  for await (const { data } of session.output) text += Buffer.from(data).toString();
  return text.trim();
}

async function publish(
  engine: Engine,
  ready: readonly string[],
  ports: readonly PublishedPort[],
): Promise<void> {
  await engine.network.switchEndpoints({ owner: web, digest: 'd', ready, all: ready, ports });
}

/** A program of the host inside a container's network: busybox has no server of UDP. */
function echoUdp(netns: string, port: number): void {
  const script = `const s = require('node:dgram').createSocket('udp4');
    s.on('message', (bytes, from) => s.send(bytes, from.port, from.address)); s.bind(${port});`;
  const child = spawn('nsenter', [`--net=${netns}`, process.execPath, '-e', script], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function page(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return (await answer.text()).trim();
  } catch {
    return undefined;
  }
}

function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flat();
  return all.find((address) => address?.family === 'IPv4' && !address.internal)?.address;
}

describe('names', () => {
  it('lead from one service to the ready containers of another', async () => {
    const engine = await aNode();
    const [one, two] = [await run(engine, { digit: '1' }), await run(engine, { digit: '2', ordinal: 2 })];
    const client = await run(engine, { digit: 'c', service: 'client' });
    await engine.network.switchEndpoints({
      owner: web,
      digest: 'd',
      ready: [two],
      all: [one, two],
      ports: [],
    });
    const names = ['web', 'web.shop', 'shop-web-1', '1.web'];
    const fetched = names.map((name) => `wget -q -O - http://${name}/`).join('; ');
    const [first, second] = ['1'.repeat(12), '2'.repeat(12)];
    await eventually(async () => (await output(engine, client, 'wget -q -O - http://web/')) === second);
    expect(await output(engine, client, fetched)).toBe([second, second, first, first].join('\n'));
    const answer = (await output(engine, client, 'nslookup tasks.web')).split(/\s+/);
    expect(answer).toEqual(expect.arrayContaining([defaultAddress(2), defaultAddress(3)]));
  });

  it('are known only on the networks they belong to', async () => {
    const engine = await aNode();
    await engine.network.ensure(
      { ...defaultNetwork, name: 'shop_back' },
      { stack: 'shop', subnet: otherSubnet },
    );
    const attachments: NetworkAttachment[] = [{ network: 'back', aliases: ['store'] }];
    const database = await run(engine, {
      digit: 'd',
      definition: { network: { kind: 'networks', attachments } },
    });
    const outside = await run(engine, { digit: 'e', service: 'outside' });
    const both: NetworkAttachment[] = [
      { network: 'default', aliases: [] },
      { network: 'back', aliases: [] },
    ];
    const inside = await run(engine, {
      digit: 'f',
      service: 'inside',
      definition: { network: { kind: 'networks', attachments: both } },
    });
    await publish(engine, [database], []);
    expect(await output(engine, inside, 'wget -q -O - http://store/')).toBe('d'.repeat(12));
    expect(await output(engine, outside, 'wget -q -O - http://store/ || echo unknown')).toContain('unknown');
  });
});

describe('published ports', () => {
  it('are reached from 127.0.0.1, ::1 and an address of the host, until they are taken back', async () => {
    const engine = await aNode();
    const id = await run(engine, { digit: '1' });
    const hostPort = await freePort();
    await publish(engine, [id], [{ protocol: 'tcp', hostPort, containerPort: 80 }]);
    const hosts = ['127.0.0.1', '[::1]', ownAddress() ?? '127.0.0.1'];
    await eventually(() => page(`http://127.0.0.1:${hostPort}/`));
    for (const host of hosts)
      expect(`${host} ${await page(`http://${host}:${hostPort}/`)}`).toBe(`${host} ${'1'.repeat(12)}`);
    await publish(engine, [], []);
    await eventually(async () => (await page(`http://127.0.0.1:${hostPort}/`)) === undefined);
  });

  it('move to another container in one step', async () => {
    const engine = await aNode();
    const [one, two] = [await run(engine, { digit: '1' }), await run(engine, { digit: '2', ordinal: 2 })];
    const hostPort = await freePort();
    const ports: PublishedPort[] = [{ protocol: 'tcp', hostPort, containerPort: 80 }];
    await publish(engine, [one], ports);
    await eventually(async () => (await page(`http://127.0.0.1:${hostPort}/`)) === '1'.repeat(12));
    await publish(engine, [two], ports);
    expect(await page(`http://127.0.0.1:${hostPort}/`)).toBe('2'.repeat(12));
  });

  it('go on when hostd is killed', async () => {
    const node = await nativeNode();
    const { engine } = node;
    await engine.network.ensure(defaultNetwork, { stack: 'shop', subnet: defaultSubnet });
    const id = await run(engine, { digit: '1' });
    const hostPort = await freePort();
    await publish(engine, [id], [{ protocol: 'tcp', hostPort, containerPort: 80 }]);
    await eventually(() => page(`http://127.0.0.1:${hostPort}/`));
    await node.killHostd();
    await engine.containers.list();
    expect(await eventually(() => page(`http://127.0.0.1:${hostPort}/`))).toBe('1'.repeat(12));
    expect((await engine.network.observe()).endpoints[web]).toEqual({ digest: 'd', ready: [id] });
  });

  it('carry UDP', async () => {
    const node = await nativeNode();
    await node.engine.network.ensure(defaultNetwork, { stack: 'shop', subnet: defaultSubnet });
    const id = await run(node.engine, { digit: '1' });
    echoUdp(join(node.folder, 'run', 'netns', id), 7000);
    const hostPort = await freePort();
    await publish(node.engine, [id], [{ protocol: 'udp', hostPort, containerPort: 7000 }]);
    for (const host of ['127.0.0.1', ownAddress() ?? '127.0.0.1']) {
      const socket = createSocket('udp4');
      let answer = '';
      socket.on('message', (message) => {
        answer = message.toString();
      });
      await eventually(() => {
        socket.send('ping', hostPort, host);
        return answer !== '';
      });
      socket.close();
      expect(answer).toBe('ping');
    }
  });

  it('that are taken are told with their holder, before and at the switch', async () => {
    const engine = await aNode();
    const id = await run(engine, { digit: '1' });
    const server = createServer().listen(0);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port: hostPort } = server.address() as AddressInfo;
    const ports: PublishedPort[] = [{ protocol: 'tcp', hostPort, containerPort: 80 }];
    const conflicts = await engine.network.checkPorts(web, ports);
    const switched = publish(engine, [id], ports);
    await expect(switched).rejects.toMatchObject({ code: 'network.port-in-use' });
    expect(conflicts).toMatchObject([{ service: 'web', protocol: 'tcp', hostPort }]);
    expect(conflicts[0]?.holder).toContain(String(process.pid));
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('network modes', () => {
  it('none has only the loopback interface', async () => {
    const engine = await aNode();
    const id = await run(engine, { digit: '1', definition: { network: { kind: 'none' } } });
    expect(await output(engine, id, 'ls /sys/class/net')).toBe('lo');
  });

  it('host has the interfaces of the host', async () => {
    const engine = await aNode();
    const id = await run(engine, {
      digit: '1',
      definition: { command: ['sleep', '1000'], network: { kind: 'host' } },
    });
    const names = (await output(engine, id, 'ls /sys/class/net')).split('\n');
    expect(names).toEqual(expect.arrayContaining(Object.keys(networkInterfaces())));
  });

  it('an address that was asked for is given, and a taken one refused', async () => {
    const engine = await aNode();
    const at = (ipv4Address: string): Partial<Service> => ({
      network: { kind: 'networks', attachments: [{ network: 'default', aliases: [], ipv4Address }] },
    });
    await run(engine, { digit: '1', definition: at(defaultAddress(77)) });
    expect((await engine.containers.list())[0]?.addresses).toEqual({ shop_default: [defaultAddress(77)] });
    await expect(
      run(engine, { digit: '2', ordinal: 2, definition: at(defaultAddress(77)) }),
    ).rejects.toMatchObject({
      code: 'network.address-in-use',
    });
  });

  it('an unknown network is told', async () => {
    const engine = await aNode();
    const attachments: NetworkAttachment[] = [{ network: 'back', aliases: [] }];
    await expect(
      run(engine, { digit: '1', definition: { network: { kind: 'networks', attachments } } }),
    ).rejects.toMatchObject({ code: 'network.not-found' });
  });
});
