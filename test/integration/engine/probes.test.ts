import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Check, CheckTimes, Service } from '../../../src/model/stack.ts';
import { eventually } from '../../support/eventually.ts';
import { nativeNode } from '../../support/native-node.ts';
import { makeScratchFolder } from '../../support/scratch-folders.ts';
import { aContainerSpec, anId, aService } from '../../support/service.ts';

const id = anId('c');
const times: CheckTimes = {
  intervalMs: 30,
  timeoutMs: 5_000,
  retries: 2,
  startPeriodMs: 0,
  startIntervalMs: 30,
};

/** A container in the host's network, so that its probe can ask a server of the test. */
async function probed(check: Check, changes: Partial<Service> = {}) {
  const { engine } = await nativeNode();
  const healthCheck = { ...check, ...times };
  const definition = aService({
    network: { kind: 'host' },
    command: ['sleep', '1000'],
    healthCheck,
    ...changes,
  });
  await engine.containers.create(aContainerSpec({ id, definition }));
  await engine.containers.start(id, 1);
  return async (output: string, health: 'healthy' | 'unhealthy') =>
    eventually(async () => {
      const [container] = await engine.containers.list();
      const isSo = container?.health === health && container.lastProbeOutput?.startsWith(output);
      return isSo ? container : undefined;
    });
}

/** `grpc.health.v1` by grpc-js, an implementation of HTTP/2 that is not ours. */
async function grpcHealthServer(): Promise<{ port: number; status: { value: number } }> {
  const status = { value: 1 };
  const definition: ServiceDefinition = {
    check: {
      path: '/grpc.health.v1.Health/Check',
      requestStream: false,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  };
  const check: UntypedServiceImplementation = {
    check: (call: { request: Buffer }, callback: (error: object | null, answer?: Buffer) => void) => {
      const service = call.request.subarray(2).toString();
      if (service !== '' && service !== 'shop.Cart')
        callback({ code: 5, details: `unknown service ${service}` });
      else callback(null, Buffer.from([8, status.value]));
    },
  };
  const server = new Server();
  server.addService(definition, check);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  onTestFinished(() => server.forceShutdown());
  return { port, status };
}

describe('a probe', () => {
  it('asks a gRPC server for the health of a service', async () => {
    const { port, status } = await grpcHealthServer();
    const see = await probed({ kind: 'grpc', to: { port }, service: 'shop.Cart' });
    await see('SERVING', 'healthy');
    status.value = 2;
    await see('NOT_SERVING', 'unhealthy');
    status.value = 1;
    expect((await see('SERVING', 'healthy')).probes?.at(-1)).toMatchObject({ outcome: 'passed', code: 0 });
  });

  it('tells the error of a gRPC server by its name', async () => {
    const { port } = await grpcHealthServer();
    const see = await probed({ kind: 'grpc', to: { port }, service: 'nobody' });
    const container = await see('NOT_FOUND (gRPC status 5): unknown service nobody', 'unhealthy');
    expect(container.probes?.at(-1)).toMatchObject({ outcome: 'failed', code: 5 });
  });

  it('asks an HTTP server over a socket in a directory of the container', async () => {
    const directory = join(makeScratchFolder(), 'shared');
    mkdirSync(directory, { recursive: true });
    let status = 200;
    const server = createServer((request, response) => {
      response.writeHead(status).end(`${request.method} ${request.url} of ${request.headers.host}`);
    });
    await new Promise<void>((resolve) => server.listen(join(directory, 'app.sock'), resolve));
    onTestFinished(() => void server.close());
    const see = await probed(
      {
        kind: 'http',
        to: { socket: '/shared/app.sock' },
        method: 'GET',
        path: '/up',
        headers: { Host: 'shop' },
        status: [200, 299],
        body: 'GET /up of shop',
      },
      {
        mounts: [{ kind: 'bind', source: directory, target: '/shared', readOnly: true, createSource: false }],
      },
    );
    await see('HTTP/1.1 200 OK', 'healthy');
    status = 500;
    const container = await see('HTTP/1.1 500 Internal Server Error\nGET /up of shop', 'unhealthy');
    expect(container.probes?.at(-1)).toMatchObject({ outcome: 'failed', code: 500 });
  });

  it('is told when the other end does not speak its protocol', async () => {
    const server = createServer((_, response) => void response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const see = await probed({ kind: 'grpc', to: { port }, service: '' });
    expect(await see('the answer is not HTTP/2', 'unhealthy')).toMatchObject({ phase: 'running' });
  });
});
