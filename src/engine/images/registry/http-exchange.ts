import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { CallOptions } from '../../../lib/abort.ts';
import type { ProxyRules } from './proxy-rules.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface HttpRequest extends CallOptions {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a stream the length must stand in the headers. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly trust: Trust;
  /** In place of the exchange's own. */
  readonly stallMs?: number;
}

/** Whom to believe that he is who he says, and who we are ourselves. */
export interface Trust {
  /** Whose certificate nobody vouches for is spoken to all the same. */
  readonly acceptAnyCertificate: boolean;
  readonly tls?: TlsMaterial | undefined;
}

/** PEM texts. */
export interface TlsMaterial {
  /** Beside the host's authorities. */
  readonly authorities?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

export interface HttpExchangeOptions {
  /** PEM bundle of the certificate authorities beside Node's own. */
  readonly certificateAuthorities?: string | undefined;
  /** A connection without a byte for so long is dead. */
  readonly stallMs: number;
  readonly proxies?: ProxyRules | undefined;
}

const agentOptions = { keepAlive: true, maxSockets: 8 };

/**
 * Single requests over kept connections. `node:http` rather than fetch: a blob costs half the processor time, and the answer's
 * bytes come as they were sent.
 */
export class HttpExchange {
  readonly #options: HttpExchangeOptions;
  readonly #http = new HttpAgent(agentOptions);
  /** The material of a registry is one object as long as the process lives. */
  readonly #verified = new Map<TlsMaterial | undefined, HttpsAgent>();
  readonly #unverified = new Map<TlsMaterial | undefined, HttpsAgent>();
  /** By protocol and proxy. */
  readonly #proxied = new Map<string, HttpAgent>();

  constructor(options: HttpExchangeOptions) {
    this.#options = options;
  }

  /** Headers are here when this resolves; the body must be read or destroyed. @throws the socket's error, the signal's reason */
  send({ method, url, headers, body, trust, signal, ...request }: HttpRequest): Promise<IncomingMessage> {
    const isHttps = url.protocol === 'https:';
    const proxy = this.#options.proxies?.proxyFor(url);
    const direct = () => ({ agent: isHttps ? this.#agentFor(trust) : this.#http });
    const route =
      proxy === undefined
        ? direct()
        : { agent: this.#agentThrough(proxy, isHttps), ...this.#tlsOptions(trust) };
    const stallMs = request.stallMs ?? this.#options.stallMs;
    return new Promise((resolve, reject) => {
      const options = { method, headers, ...route, ...(signal === undefined ? {} : { signal }) };
      const answered = new AbortController();
      const sent = (isHttps ? httpsRequest : httpRequest)(url, options, (response) => {
        answered.abort();
        dropUnsentBody(sent, response);
        response.url = url.href; // what `Location` and `Link` are relative to
        resolve(response);
      });
      sent.setTimeout(stallMs, () =>
        sent.destroy(new Error(`no byte came for ${Math.round(stallMs / 1000)} s`)),
      );
      sent.on('error', (error) => reject(signal?.aborted ? signal.reason : error));
      if (body === undefined || body instanceof Uint8Array) sent.end(body);
      else sendBody(sent, body, answered.signal).catch((error: Error) => sent.destroy(error));
    });
  }

  /** Ends the connections that are kept. */
  close(): void {
    const direct = [this.#http, ...this.#verified.values(), ...this.#unverified.values()];
    for (const agent of [...direct, ...this.#proxied.values()]) agent.destroy();
  }

  /** What it has to know of the registry comes with each request. */
  #agentThrough(proxy: URL, isHttps: boolean): HttpAgent {
    const key = `${isHttps} ${proxy.href}`;
    let agent = this.#proxied.get(key);
    if (agent === undefined) {
      // The proxy's own certificate is the host's business, not the registry's.
      const { certificateAuthorities: ca } = this.#options;
      const options = { ...agentOptions, ...(ca === undefined ? {} : { ca }) };
      agent = isHttps ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
      this.#proxied.set(key, agent);
    }
    return agent;
  }

  #tlsOptions({ acceptAnyCertificate, tls }: Trust) {
    const authorities = [this.#options.certificateAuthorities, tls?.authorities];
    const ca = authorities.filter((pem) => pem !== undefined);
    return {
      rejectUnauthorized: !acceptAnyCertificate,
      ...(ca.length === 0 ? {} : { ca }),
      ...(tls?.clientCertificate === undefined ? {} : { cert: tls.clientCertificate }),
      ...(tls?.clientKey === undefined ? {} : { key: tls.clientKey }),
    };
  }

  #agentFor(trust: Trust): HttpsAgent {
    const agents = trust.acceptAnyCertificate ? this.#unverified : this.#verified;
    let agent = agents.get(trust.tls);
    if (agent === undefined) {
      agent = new HttpsAgent({ ...agentOptions, ...this.#tlsOptions(trust) });
      agents.set(trust.tls, agent);
    }
    return agent;
  }
}

/** As fast as the connection takes it, until all is sent or an answer has made the rest useless. */
async function sendBody(
  sent: ClientRequest,
  body: AsyncIterable<Uint8Array>,
  answered: AbortSignal,
): Promise<void> {
  for await (const chunk of body) {
    if (sent.destroyed || answered.aborted) return;
    if (!sent.write(chunk)) await writable(sent);
  }
  if (!sent.destroyed) sent.end();
}

function writable(sent: ClientRequest): Promise<void> {
  return new Promise((resume) => {
    const events = ['drain', 'close', 'response'];
    const go = (): void => {
      for (const event of events) sent.off(event, go);
      resume();
    };
    for (const event of events) sent.on(event, go);
  });
}

/** Who answers before he has read everything (401, 413) will not read the rest: this connection is of no further use. */
function dropUnsentBody(sent: ClientRequest, response: IncomingMessage): void {
  response.once('end', () => {
    if (!sent.writableFinished) sent.destroy();
  });
}

/** The whole body, but not more than `maxBytes`. @throws RangeError when there is more */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) {
      response.destroy();
      throw new RangeError(`the answer is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
