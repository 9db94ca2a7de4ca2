import type { IncomingMessage } from 'node:http';
import type { CallOptions } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { Authorizer } from './authorizer.ts';
import type { CredentialSubject } from './credentials.ts';
import type { HttpExchange, HttpMethod } from './http-exchange.ts';
import { UnexpectedStatus, unexpectedStatus } from './registry-error.ts';
import {
  type Mirror,
  mirrorsOf,
  type RegistryHost,
  type RegistryRules,
  registryHost,
  trustIn,
} from './registry-host.ts';

export interface RegistryRequest extends CallOptions {
  readonly method: HttpMethod;
  /** With an empty path: the registry itself. */
  readonly reference: CredentialSubject;
  /** Below `/v2/<repository>/`: `manifests/latest`; or where an earlier answer has pointed to. */
  readonly path: string | URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  /** Rights that are needed beside pulling: `repository:team/web:pull,push` */
  readonly scopes?: readonly string[] | undefined;
  /** No mirror will do. */
  readonly atOrigin?: boolean | undefined;
}

/** May be sent more than once: behind a challenge, or a redirect that keeps the method. */
export interface RequestBody {
  /** Bytes. */
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface RegistryConnectionParts {
  readonly exchange: HttpExchange;
  readonly authorizer: Authorizer;
  readonly rules: RegistryRules;
  readonly clock: Clock;
  /** `tsorch/0.1.0` */
  readonly userAgent: string;
}

type Scheme = 'https' | 'http';

/** See HttpRequest. */
interface Patience {
  readonly stallMs?: number;
}

const maxRedirects = 10;
/** There is somebody else to ask. */
const mirrorStallMs = 5_000;
/** So long one that failed is left alone. */
const mirrorRestMs = 60_000;

/** Requests to registries: scheme, authorization and redirects; an answer other than 2xx is thrown as UnexpectedStatus. */
export class RegistryConnection {
  readonly #parts: RegistryConnectionParts;
  /** What insecure registries turned out to speak. */
  readonly #schemes = new Map<string, Scheme>();
  /** Mirrors by address, until when. */
  readonly #resting = new Map<string, number>();

  constructor(parts: RegistryConnectionParts) {
    this.#parts = parts;
  }

  /** `url` of the answer is where it came from. */
  async send(request: RegistryRequest): Promise<IncomingMessage> {
    const { domain } = request.reference;
    const mirrors = request.atOrigin === true ? [] : mirrorsOf(domain, this.#parts.rules);
    for (const mirror of mirrors) {
      const response = await this.#askMirror(request, mirror);
      if (response !== undefined) return response;
    }
    return this.#ask(request, registryHost(domain, this.#parts.rules));
  }

  /** Whether anybody but the registry itself may have answered. */
  hasMirrors({ domain }: Pick<CredentialSubject, 'domain'>): boolean {
    return mirrorsOf(domain, this.#parts.rules).length > 0;
  }

  /** Undefined = go on to the next. One that wants to know who we are is no reason to go on quietly. */
  async #askMirror(request: RegistryRequest, mirror: Mirror): Promise<IncomingMessage | undefined> {
    const mayServe = mirror.resolvesTags || /^(blobs|manifests)\/[^/]+:/.test(String(request.path));
    if (!mayServe || this.#isResting(mirror)) return undefined;
    try {
      return await this.#ask({ ...request, stallMs: mirrorStallMs }, mirror);
    } catch (error) {
      request.signal?.throwIfAborted();
      const status = error instanceof UnexpectedStatus ? error.status : 0;
      if (status === 401 || status === 403) throw refusedByMirror(mirror, request, error);
      if (status === 0 || status === 429 || status >= 500)
        this.#resting.set(mirror.address, this.#parts.clock.now() + mirrorRestMs);
      return undefined;
    }
  }

  #isResting({ address }: Mirror): boolean {
    return (this.#resting.get(address) ?? 0) > this.#parts.clock.now();
  }

  async #ask(request: RegistryRequest & Patience, host: RegistryHost): Promise<IncomingMessage> {
    const { domain, folder } = host;
    const reference = { domain, path: `${folder}${request.reference.path}` };
    const call = { ...request, reference };
    const known = this.#parts.authorizer.known(reference, request.scopes);
    let response = await this.#sendAs(call, host, known);
    if (response.statusCode === 401) {
      const header = response.headers['www-authenticate'] ?? '';
      const refusal = await unexpectedStatus(response);
      const authorization = await this.#parts.authorizer.answer(
        header,
        { reference, host, refused: known, scopes: request.scopes },
        request,
      );
      if (authorization === undefined) throw refusal;
      response = await this.#sendAs(call, host, authorization);
    }
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299) throw await unexpectedStatus(response);
    return response;
  }

  async #sendAs(
    request: RegistryRequest & Patience,
    host: RegistryHost,
    authorization: string | undefined,
  ): Promise<IncomingMessage> {
    const known = this.#schemes.get(host.domain);
    if (known !== undefined || !host.isInsecure)
      return this.#follow(request, host, { scheme: known ?? 'https', authorization });
    try {
      return await this.#attempt('https', request, host, authorization);
    } catch (error) {
      if (!speaksNoTls(error)) throw error;
      return this.#attempt('http', request, host, authorization);
    }
  }

  async #attempt(
    scheme: Scheme,
    request: RegistryRequest & Patience,
    host: RegistryHost,
    authorization: string | undefined,
  ): Promise<IncomingMessage> {
    const response = await this.#follow(request, host, { scheme, authorization });
    this.#schemes.set(host.domain, scheme);
    return response;
  }

  async #follow(
    request: RegistryRequest & Patience,
    host: RegistryHost,
    { scheme, authorization }: { readonly scheme: Scheme; readonly authorization: string | undefined },
  ): Promise<IncomingMessage> {
    const { method, headers, body, signal, stallMs } = request;
    const api = new URL(`${scheme}://${host.address}/v2/`);
    let url = addressOf(request, api);
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      if (url.protocol === 'http:' && api.protocol === 'https:' && !host.isInsecure)
        throw new UnexpectedStatus(502, `it sends us to ${url.host} in clear text`, undefined);
      const response = await this.#parts.exchange.send({
        method,
        url,
        trust: trustIn(host, url.host === api.host),
        headers: {
          'user-agent': this.#parts.userAgent,
          ...headers,
          ...lengthOf(method, body),
          // Another host must not learn it, and signed addresses of blob stores refuse a second kind of authorization.
          ...(authorization !== undefined && url.origin === api.origin ? { authorization } : {}),
        },
        body: body?.open(),
        signal,
        ...(stallMs === undefined ? {} : { stallMs }),
      });
      const next = redirectTarget(response, url, method);
      if (next === undefined) return response;
      response.resume(); // so that the connection can be used again
      url = next;
    }
    throw new UnexpectedStatus(508, `more than ${maxRedirects} redirects`, undefined);
  }
}

function addressOf({ reference, path }: RegistryRequest, api: URL): URL {
  if (path instanceof URL) return path;
  return new URL(`${reference.path === '' ? '' : `${reference.path}/`}${path}`, api);
}

/** Some registries want to read that there is nothing. */
function lengthOf(method: HttpMethod, body: RequestBody | undefined): Readonly<Record<string, string>> {
  if (body !== undefined) return { 'content-length': String(body.size) };
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? { 'content-length': '0' } : {};
}

function refusedByMirror(
  { domain }: Mirror,
  { reference }: RegistryRequest,
  cause: unknown,
): TsorchError<ErrorCode> {
  const message = `${domain}, a mirror of registry ${reference.domain}, refuses ${reference.path}`;
  return new TsorchError('registry.denied', message, { object: domain, cause });
}

/** What changes something is only sent on where the method is kept (RFC 9110, 15.4). */
function redirectTarget(
  { statusCode = 0, headers }: IncomingMessage,
  from: URL,
  method: HttpMethod,
): URL | undefined {
  const { location } = headers;
  const followed = method === 'GET' || method === 'HEAD' ? [301, 302, 303, 307, 308] : [307, 308];
  if (!followed.includes(statusCode) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  return target.protocol === 'https:' || target.protocol === 'http:' ? target : undefined;
}

/** A handshake that was answered in clear text. */
function speaksNoTls(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return (
    code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
  );
}
