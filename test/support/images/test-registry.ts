import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Descriptor } from '../../../src/model/descriptor.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { digestOf, type ImageFixture } from './image-fixture.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** Takes over the answer to a request whose `METHOD /path` matches; gone after `times` matches. */
export interface Fault {
  readonly on: RegExp;
  readonly times?: number;
  readonly answer: (request: IncomingMessage, response: ServerResponse, registry: TestRegistry) => void;
}

/**
 * A registry on the loopback that serves what it is given (distribution-spec, pull) and misbehaves as it is told. Counts
 * requests, and the bytes of blobs that it sent.
 */
export class TestRegistry {
  readonly requests: SeenRequest[] = [];
  readonly faults: Fault[] = [];
  /** Says whether a request may pass; what it returns otherwise is the challenge. */
  challenge: (request: IncomingMessage) => string | undefined = () => undefined;
  takesRanges = true;
  blobBytesSent = 0;
  readonly #blobs = new Map<Digest, Buffer>();
  readonly #manifests = new Map<string, { readonly bytes: Buffer; readonly type: string }>();
  readonly #server: Server;

  private constructor(tls: ServerOptions | undefined) {
    const serve = (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response);
    this.#server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  }

  /** Ends with the test. In clear text unless it is given a certificate. */
  static async start(tls?: ServerOptions): Promise<TestRegistry> {
    const registry = new TestRegistry(tls);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      registry.#server.closeAllConnections();
      registry.#server.close();
    });
    return registry;
  }

  /** `127.0.0.1:43210` */
  get domain(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `http://${this.domain}`;
  }

  add(repository: string, tag: string, image: ImageFixture): void {
    for (const [digest, bytes] of image.blobs) this.#blobs.set(digest, bytes);
    this.addDocument(
      repository,
      tag,
      image.manifest,
      image.blobs.get(image.manifest.digest) ?? Buffer.alloc(0),
    );
  }

  addDocument(repository: string, tag: string, { mediaType: type }: Descriptor, bytes: Buffer): void {
    for (const name of [tag, digestOf(bytes)]) this.#manifests.set(`${repository}:${name}`, { bytes, type });
  }

  blob(digest: Digest): Buffer {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new Error(`the test registry has no ${digest}`);
    return bytes;
  }

  /** `METHOD /path` of all requests. */
  lines(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  count(pattern: RegExp): number {
    return this.lines().filter((line) => pattern.test(line)).length;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const { authorization, range } = headers;
    this.requests.push({ method, path: url, authorization, range });
    const at = this.faults.findIndex(({ on }) => on.test(`${method} ${url}`));
    const fault = this.faults[at];
    if (fault !== undefined) {
      const left = (fault.times ?? Number.POSITIVE_INFINITY) - 1;
      if (left <= 0) this.faults.splice(at, 1);
      else this.faults[at] = { ...fault, times: left };
      fault.answer(request, response, this);
      return;
    }
    const challenge = this.challenge(request);
    if (challenge === undefined) this.answer(request, response);
    else refuse(response, { status: 401, code: 'UNAUTHORIZED', headers: { 'www-authenticate': challenge } });
  }

  /** The honest answer. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)$/.exec(request.url ?? '');
    const [, repository = '', kind, name = ''] = match ?? [];
    if (kind === 'manifests') this.#sendManifest(request, response, `${repository}:${name}`);
    else if (kind === 'blobs') this.#sendBlob(request, response, name as Digest);
    else refuse(response, { status: 404, code: 'NAME_UNKNOWN' });
  }

  #sendManifest({ method }: IncomingMessage, response: ServerResponse, key: string): void {
    const found = this.#manifests.get(key);
    if (found === undefined) {
      refuse(response, { status: 404, code: 'MANIFEST_UNKNOWN' });
      return;
    }
    const { bytes, type } = found;
    response.writeHead(200, {
      'content-type': type,
      'content-length': bytes.length,
      'docker-content-digest': digestOf(bytes),
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }

  #sendBlob({ headers }: IncomingMessage, response: ServerResponse, digest: Digest): void {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) {
      refuse(response, { status: 404, code: 'BLOB_UNKNOWN' });
      return;
    }
    const start = this.takesRanges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
    const body = bytes.subarray(start);
    this.blobBytesSent += body.length;
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.end(body);
  }
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function refuse(response: ServerResponse, { status, code, headers = {} }: Refusal): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ errors: [{ code, message: `${code} told by the test` }] }));
}

/** Sends the headers of the whole blob, but breaks the connection after `count` bytes. */
export function cutAfter(count: number): Fault['answer'] {
  return (request, response, registry) => {
    const digest = (request.url ?? '').split('/').pop() as Digest;
    const bytes = registry.blob(digest);
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': bytes.length - start,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    registry.blobBytesSent += count;
    response.write(bytes.subarray(start, start + count), () => request.socket.destroy());
  };
}
