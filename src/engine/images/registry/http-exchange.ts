import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { CallOptions } from '../../../lib/abort.ts';

export interface HttpRequest extends CallOptions {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
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

  constructor(options: HttpExchangeOptions) {
    this.#options = options;
  }

  /** Headers are here when this resolves; the body must be read or destroyed. @throws the socket's error, the signal's reason */
  send({ method, url, headers, body, trust, signal, ...request }: HttpRequest): Promise<IncomingMessage> {
    const isHttps = url.protocol === 'https:';
    const agent = isHttps ? this.#agentFor(trust) : this.#http;
    const stallMs = request.stallMs ?? this.#options.stallMs;
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent, ...(signal === undefined ? {} : { signal }) };
      const sent = (isHttps ? httpsRequest : httpRequest)(url, options, resolve);
      sent.setTimeout(stallMs, () =>
        sent.destroy(new Error(`no byte came for ${Math.round(stallMs / 1000)} s`)),
      );
      sent.on('error', (error) => reject(signal?.aborted ? signal.reason : error));
      sent.end(body);
    });
  }

  /** Ends the connections that are kept. */
  close(): void {
    for (const agent of [this.#http, ...this.#verified.values(), ...this.#unverified.values()])
      agent.destroy();
  }

  #agentFor({ acceptAnyCertificate, tls }: Trust): HttpsAgent {
    const agents = acceptAnyCertificate ? this.#unverified : this.#verified;
    let agent = agents.get(tls);
    if (agent === undefined) {
      const authorities = [this.#options.certificateAuthorities, tls?.authorities];
      const ca = authorities.filter((pem) => pem !== undefined);
      agent = new HttpsAgent({
        ...agentOptions,
        rejectUnauthorized: !acceptAnyCertificate,
        ...(ca.length === 0 ? {} : { ca }),
        ...(tls?.clientCertificate === undefined ? {} : { cert: tls.clientCertificate }),
        ...(tls?.clientKey === undefined ? {} : { key: tls.clientKey }),
      });
      agents.set(tls, agent);
    }
    return agent;
  }
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
