import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Descriptor } from '../../../src/model/descriptor.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { digestOf, type ImageFixture, json } from './image-fixture.ts';
import { refuse } from './refusal.ts';
import { TestUploads } from './test-uploads.ts';

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
 * A registry on the loopback that serves and takes (distribution-spec, pull, push, discovery) and misbehaves as it is told. Counts
 * requests, and the bytes of blobs that it sent.
 */
export class TestRegistry {
  readonly requests: SeenRequest[] = [];
  readonly faults: Fault[] = [];
  /** Says whether a request may pass; what it returns otherwise is the challenge. */
  challenge: (request: IncomingMessage) => string | undefined = () => undefined;
  takesRanges = true;
  /** The referrers API, and with it `OCI-Subject`. */
  knowsReferrers = true;
  blobBytesSent = 0;
  readonly uploads = new TestUploads(this);
  readonly #held = new Map<string, Set<Digest>>();
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
    for (const bytes of image.blobs.values()) this.addBlob(repository, bytes);
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

  addBlob(repository: string, bytes: Buffer): void {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytes);
    this.hold(repository, digest);
  }

  hold(repository: string, digest: Digest): void {
    this.#held.set(repository, (this.#held.get(repository) ?? new Set()).add(digest));
  }

  holds(repository: string, digest: Digest): boolean {
    return this.#held.get(repository)?.has(digest) ?? false;
  }

  /** By tag or digest. */
  document(repository: string, name: string): { readonly bytes: Buffer; readonly type: string } | undefined {
    return this.#manifests.get(`${repository}:${name}`);
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
    if (this.uploads.answer(request, response)) return;
    const match = /^\/v2\/(.+)\/(manifests|blobs|referrers|tags)\/([^/?]+)(?:\?(.*))?$/.exec(
      request.url ?? '',
    );
    const [, repository = '', kind, name = '', query = ''] = match ?? [];
    if (kind === 'manifests' && request.method === 'PUT')
      void this.#take(request, response, { repository, name });
    else if (kind === 'manifests') this.#sendManifest(request, response, `${repository}:${name}`);
    else if (kind === 'blobs') this.#sendBlob(request, response, { repository, digest: name as Digest });
    else if (kind === 'tags') this.#sendTags(response, repository, new URLSearchParams(query));
    else if (kind === 'referrers' && this.knowsReferrers)
      this.#sendReferrers(response, repository, name as Digest);
    else refuse(response, { status: 404, code: 'NAME_UNKNOWN' });
  }

  /** Refuses what names something that is not here. */
  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    { repository, name }: { readonly repository: string; readonly name: string },
  ): Promise<void> {
    const bytes = Buffer.concat(await request.toArray());
    const { config, layers = [], manifests = [], subject } = JSON.parse(bytes.toString());
    const blobs: readonly Descriptor[] = config === undefined ? [] : [config, ...layers];
    const isWhole =
      blobs.every(({ digest }) => this.holds(repository, digest)) &&
      manifests.every(({ digest }: Descriptor) => this.document(repository, digest) !== undefined);
    if (!isWhole) return refuse(response, { status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
    this.addDocument(
      repository,
      name,
      { mediaType: request.headers['content-type'] ?? '', digest: digestOf(bytes), size: bytes.length },
      bytes,
    );
    response.writeHead(201, {
      'docker-content-digest': digestOf(bytes),
      ...(this.knowsReferrers && subject !== undefined ? { 'oci-subject': subject.digest } : {}),
    });
    response.end();
  }

  /** Two a page, whatever was asked for. */
  #sendTags(response: ServerResponse, repository: string, query: URLSearchParams): void {
    const names = [...this.#manifests.keys()].filter((key) => key.startsWith(`${repository}:`));
    const tags = names.map((key) => key.slice(repository.length + 1)).filter((name) => !name.includes(':'));
    const rest = tags.sort().filter((tag) => tag > (query.get('last') ?? ''));
    const page = rest.slice(0, 2);
    const link = `</v2/${repository}/tags/list?n=2&last=${page.at(-1)}>; rel="next"`;
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(rest.length > page.length ? { link } : {}),
    });
    response.end(JSON.stringify({ name: repository, tags: page }));
  }

  #sendReferrers(response: ServerResponse, repository: string, digest: Digest): void {
    const manifests = [...this.#manifests].flatMap(([key, { bytes, type }]) => {
      if (key !== `${repository}:${digestOf(bytes)}`) return [];
      const { subject, artifactType, config } = JSON.parse(bytes.toString());
      const entry = { mediaType: type, digest: digestOf(bytes), size: bytes.length };
      return subject?.digest === digest
        ? [{ ...entry, artifactType: artifactType ?? config?.mediaType }]
        : [];
    });
    response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' });
    response.end(json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }));
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

  #sendBlob(
    { headers, method }: IncomingMessage,
    response: ServerResponse,
    { repository, digest }: { readonly repository: string; readonly digest: Digest },
  ): void {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined || !this.holds(repository, digest)) {
      refuse(response, { status: 404, code: 'BLOB_UNKNOWN' });
      return;
    }
    const start = this.takesRanges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
    const body = bytes.subarray(start);
    if (method === 'GET') this.blobBytesSent += body.length;
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.end(body);
  }
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
