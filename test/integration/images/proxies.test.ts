import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProxyRules } from '../../../src/engine/images/registry/proxy-rules.ts';
import type { RegistryRule } from '../../../src/engine/images/registry/registry-host.ts';
import { buildImage } from '../../support/images/image-fixture.ts';
import { imageNode } from '../../support/images/image-node.ts';
import { TestAuthority } from '../../support/images/test-authority.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

/** A name that nobody knows but the proxy. */
const host = 'registry.test';
const login = `Basic ${Buffer.from('me:secret').toString('base64')}`;

interface TestProxy {
  readonly address: string;
  /** What it was asked for, and as whom. */
  readonly seen: string[];
}

/** Forwards everything to the registry, as long as it knows who asks. */
async function proxyTo(registry: TestRegistry): Promise<TestProxy> {
  const seen: string[] = [];
  const port = Number(registry.domain.split(':')[1]);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.headers['proxy-authorization'] !== login) return void response.writeHead(407).end();
    const path = new URL(request.url ?? '').pathname;
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = httpRequest({ port, path, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (request.headers['proxy-authorization'] !== login) return void socket.end('HTTP/1.1 407 No\r\n\r\n');
    const onward = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => {});
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function secureRegistry(authority: TestAuthority): Promise<TestRegistry> {
  const { certificate, key } = authority.issue('server', `DNS:${host}`);
  const registry = await TestRegistry.start({ cert: certificate, key });
  registry.add('team/web', '1', buildImage());
  return registry;
}

function pull(rule: RegistryRule, proxies: ProxyRules) {
  return imageNode({ rules: { [host]: rule }, proxies }).images.pull(`${host}/team/web:1`);
}

describe('a registry behind a proxy', () => {
  it('is reached through a tunnel, and still has to show the right certificate', async () => {
    const authority = new TestAuthority();
    const registry = await secureRegistry(authority);
    const proxy = await proxyTo(registry);
    const proxies = new ProxyRules({ https: `http://me:secret@${proxy.address}` });
    await pull({ tls: { authorities: authority.certificate } }, proxies);
    expect(registry.count(/blobs/)).toBeGreaterThan(0);
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${host}:443`]));
    const other = pull({ tls: { authorities: new TestAuthority().certificate } }, proxies);
    await expect(other).rejects.toMatchObject({ code: 'registry.unreachable' });
  });

  it('is reached in clear text where it speaks nothing else', async () => {
    const registry = await TestRegistry.start();
    registry.add('team/web', '1', buildImage());
    const proxy = await proxyTo(registry);
    const address = `me:secret@${proxy.address}`;
    await pull({ insecure: true }, new ProxyRules({ http: address, https: address }));
    expect(proxy.seen.some((line) => line.startsWith(`GET http://${host}/v2/team/web/blobs/`))).toBe(true);
  });

  it('is not when the proxy does not know us, which is told without the password', async () => {
    const registry = await secureRegistry(new TestAuthority());
    const proxy = await proxyTo(registry);
    const proxies = new ProxyRules({ https: `http://me:wrong@${proxy.address}` });
    const error = await pull({}, proxies).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expect.stringMatching(/^registry\./) });
    expect(JSON.stringify([String(error), String((error as Error).cause)])).not.toContain('wrong');
    expect(registry.requests).toEqual([]);
  });

  it('is asked for straight where it is excluded', async () => {
    const registry = await secureRegistry(new TestAuthority());
    const proxy = await proxyTo(registry);
    const proxies = new ProxyRules({ https: `http://me:secret@${proxy.address}`, exclude: ['.test'] });
    await expect(pull({}, proxies)).rejects.toMatchObject({ code: 'registry.unreachable' });
    expect(proxy.seen).toEqual([]);
  });
});
