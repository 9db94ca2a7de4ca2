import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Digest } from '../../../src/model/digest.ts';
import { digestOf } from './image-fixture.ts';
import { refuse } from './refusal.ts';

interface OpenUpload {
  readonly repository: string;
  bytes: Buffer;
  /** Changes with each request, as registries that keep state in it have it. */
  state: number;
}

/** Of the registry that the uploads belong to. */
interface Repositories {
  readonly origin: string;
  holds(repository: string, digest: Digest): boolean;
  hold(repository: string, digest: Digest): void;
  addBlob(repository: string, bytes: Buffer): void;
}

/** The uploads of the test registry (distribution-spec, "Pushing blobs"), and how it is told to be awkward about them. */
export class TestUploads {
  /** `PATCH` is answered with 405. */
  takesPieces = true;
  /** The first piece ends the upload with 201, the others are lost. */
  losesPieces = false;
  mounts = true;
  leastPiece = 0;
  largestBody = Number.POSITIVE_INFINITY;
  bytesReceived = 0;
  readonly #open = new Map<string, OpenUpload>();
  readonly #registry: Repositories;

  constructor(registry: Repositories) {
    this.#registry = registry;
  }

  /** False = no request of an upload. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '', this.#registry.origin);
    const match = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/.exec(url.pathname);
    if (match === null) return false;
    const [, repository = '', id = ''] = match;
    if (request.method === 'POST') this.#begin(repository, url, response);
    else void this.#goOn({ id, url }, request, response);
    return true;
  }

  /** Breaks the connection after `count` bytes of the body, which are kept. */
  cutAfter(count: number) {
    return (request: IncomingMessage): void => {
      const url = new URL(request.url ?? '', this.#registry.origin);
      const upload = this.#open.get(url.pathname.split('/').pop() ?? '');
      let received = Buffer.alloc(0);
      request.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < count || upload === undefined || request.socket.destroyed) return;
        this.bytesReceived += count;
        upload.bytes = Buffer.concat([upload.bytes, received.subarray(0, count)]);
        request.socket.destroy();
      });
    };
  }

  forgetAll(): void {
    this.#open.clear();
  }

  #begin(repository: string, url: URL, response: ServerResponse): void {
    const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
    if (this.mounts && mount !== null && from !== null && this.#registry.holds(from, mount as Digest)) {
      this.#registry.hold(repository, mount as Digest);
      response.writeHead(201, { location: `/v2/${repository}/blobs/${mount}` }).end();
      return;
    }
    const id = randomUUID();
    this.#open.set(id, { repository, bytes: Buffer.alloc(0), state: 1 });
    response.writeHead(202, this.#headers(id)).end();
  }

  async #goOn(
    { id, url }: { readonly id: string; readonly url: URL },
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const upload = this.#open.get(id);
    if (upload === undefined) return refuse(response, { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' });
    if (request.method === 'GET') return void response.writeHead(204, this.#headers(id)).end();
    if (url.searchParams.get('_state') !== `${upload.state}=+`)
      return refuse(response, { status: 400, code: 'BLOB_UPLOAD_INVALID' });
    if (Number(request.headers['content-length']) > this.largestBody)
      return refuse(response, { status: 413, code: 'SIZE_INVALID' });
    if (request.method === 'PATCH' && !this.takesPieces)
      return refuse(response, { status: 405, code: 'UNSUPPORTED' });
    const body = Buffer.concat(await request.toArray());
    this.bytesReceived += body.length;
    const start = /^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1];
    if (start !== undefined && Number(start) !== upload.bytes.length)
      return refuse(response, { status: 416, code: 'RANGE_INVALID' });
    upload.bytes = Buffer.concat([upload.bytes, body]);
    upload.state += 1;
    if (request.method === 'PATCH')
      return void response.writeHead(this.losesPieces ? 201 : 202, this.#headers(id)).end();
    this.#finish(id, url.searchParams.get('digest') as Digest, response);
  }

  #finish(id: string, digest: Digest, response: ServerResponse): void {
    const upload = this.#open.get(id);
    this.#open.delete(id);
    if (upload === undefined || digestOf(upload.bytes) !== digest) {
      refuse(response, { status: 400, code: 'DIGEST_INVALID' });
      return;
    }
    this.#registry.addBlob(upload.repository, upload.bytes);
    response.writeHead(201, { location: `/v2/${upload.repository}/blobs/${digest}` }).end();
  }

  #headers(id: string): Record<string, string> {
    const { repository, bytes, state } = this.#open.get(id) ?? { repository: '', bytes: [], state: 0 };
    return {
      // Relative, and with a query that a client must not change.
      location: `/v2/${repository}/blobs/uploads/${id}?_state=${encodeURIComponent(`${state}=+`)}`,
      range: `0-${Math.max(0, bytes.length - 1)}`,
      ...(this.leastPiece > 0 ? { 'oci-chunk-min-length': String(this.leastPiece) } : {}),
    };
  }
}
