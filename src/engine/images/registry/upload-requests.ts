import type { IncomingMessage } from 'node:http';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { ImageReference } from '../../../model/image-reference.ts';
import type { RegistryCalls } from './registry-calls.ts';
import type { RegistryRequest } from './registry-connection.ts';
import { UnexpectedStatus } from './registry-error.ts';
import type { UploadOptions } from './registry-writer.ts';
import { writeScopes } from './write-scopes.ts';

/** An upload that a registry has opened for us (distribution-spec, "Pushing blobs"). */
export interface UploadSession {
  /** Where the next request goes; changes with each. */
  readonly location: URL;
  /** How much the registry has. */
  readonly offset: number;
  /** No piece but the last may be smaller (OCI-Chunk-Min-Length). */
  readonly leastBytes: number;
  /** Nothing was sent to it yet, so there is no need to ask how much has come. */
  readonly isNew: boolean;
}

interface UploadSubject extends UploadOptions {
  readonly reference: ImageReference;
  readonly blob: Descriptor;
}

/** The single requests of an upload, one attempt each. All throw UnexpectedStatus or the socket's error. */
export class UploadRequests {
  readonly #calls: RegistryCalls;
  readonly #subject: UploadSubject;

  constructor(calls: RegistryCalls, subject: UploadSubject) {
    this.#calls = calls;
    this.#subject = subject;
  }

  async isThere(): Promise<boolean> {
    try {
      const response = await this.#send({ method: 'HEAD', path: `blobs/${this.#subject.blob.digest}` });
      response.resume();
      return true;
    } catch (error) {
      if (error instanceof UnexpectedStatus && error.status === 404) return false;
      throw error;
    }
  }

  /** Undefined = that repository is of no use to us; a session = the registry wants the bytes all the same. */
  async mount(repository: string): Promise<'mounted' | UploadSession | undefined> {
    const query = new URLSearchParams({ mount: this.#subject.blob.digest, from: repository });
    try {
      const response = await this.#send({ method: 'POST', path: `blobs/uploads/?${query}` });
      response.resume();
      return response.statusCode === 201 ? 'mounted' : opened(response);
    } catch (error) {
      if (
        error instanceof UnexpectedStatus &&
        error.status >= 400 &&
        error.status < 500 &&
        error.status !== 429
      )
        return undefined;
      throw error;
    }
  }

  async begin(): Promise<UploadSession> {
    const response = await this.#send({ method: 'POST', path: 'blobs/uploads/' });
    response.resume();
    return opened(response);
  }

  /** How far it has come; undefined = the registry has forgotten it, or does not say. */
  async look(session: UploadSession): Promise<UploadSession | undefined> {
    try {
      const response = await this.#send({ method: 'GET', path: session.location });
      response.resume();
      const offset = endOf(response.headers.range);
      // By the specification `0-0` is one byte; registries say it of an upload that has none.
      if (offset === undefined || offset <= 1 || offset > this.#subject.blob.size) return undefined;
      return { ...session, location: nextLocation(response, session.location), offset, isNew: false };
    } catch (error) {
      if (error instanceof UnexpectedStatus && error.status < 500 && error.status !== 429) return undefined;
      throw error;
    }
  }

  async sendPiece(session: UploadSession, bytes: number): Promise<UploadSession> {
    const { offset, location } = session;
    const response = await this.#send({
      method: 'PATCH',
      path: location,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${offset}-${offset + bytes - 1}`,
      },
      body: this.#body(offset, bytes),
    });
    response.resume();
    const end = endOf(response.headers.range) ?? offset + bytes;
    // One that ends an upload by its first piece would lose the others.
    if (response.statusCode !== 202 || end <= offset || end > offset + bytes)
      throw new UnexpectedStatus(405, `it took a piece of a blob with ${response.statusCode}`, undefined);
    return { ...session, location: nextLocation(response, location), offset: end, isNew: false };
  }

  /** The end of it, with the last `bytes` bytes. */
  async finish({ location, offset }: UploadSession, bytes: number): Promise<void> {
    const url = new URL(location);
    url.search += `${url.search === '' ? '' : '&'}digest=${encodeURIComponent(this.#subject.blob.digest)}`;
    const response = await this.#send({
      method: 'PUT',
      path: url,
      headers: { 'content-type': 'application/octet-stream' },
      ...(bytes === 0 ? {} : { body: this.#body(offset, bytes) }),
    });
    response.resume();
  }

  #body(offset: number, bytes: number): NonNullable<RegistryRequest['body']> {
    const { open, onProgress } = this.#subject;
    return {
      size: bytes,
      open: async function* () {
        let sent = 0;
        for await (const chunk of open(offset)) {
          const part = chunk.subarray(0, bytes - sent);
          sent += part.length;
          yield part;
          onProgress?.(offset + sent);
          if (sent === bytes) return;
        }
      },
    };
  }

  #send(request: Pick<RegistryRequest, 'method' | 'path' | 'body'> & Partial<RegistryRequest>) {
    const { reference, mountFrom, signal } = this.#subject;
    const scopes = writeScopes(reference, mountFrom);
    return this.#calls.send({ headers: {}, ...request, reference, scopes, atOrigin: true, signal });
  }
}

function opened(response: IncomingMessage): UploadSession {
  const least = Number(response.headers['oci-chunk-min-length'] ?? 0);
  const location = nextLocation(response, undefined);
  if (location === undefined)
    throw new UnexpectedStatus(502, 'it opened an upload without saying where', undefined);
  return { location, offset: 0, leastBytes: Number.isSafeInteger(least) ? least : 0, isNew: true };
}

function nextLocation<Otherwise extends URL | undefined>(
  { headers: { location }, url = '' }: IncomingMessage,
  otherwise: Otherwise,
): URL | Otherwise {
  if (location === undefined || !URL.canParse(location, url)) return otherwise;
  const target = new URL(location, url);
  return target.protocol === 'https:' || target.protocol === 'http:' ? target : otherwise;
}

/** `0-99`, some write `bytes=0-99` -> 100 */
function endOf(range: string | undefined): number | undefined {
  const end = /^(?:bytes[= ])?0-(\d+)/.exec(range ?? '')?.[1];
  return end === undefined ? undefined : Number(end) + 1;
}
