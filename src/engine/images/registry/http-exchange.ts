import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { CallOptions } from '../../../lib/abort.ts';

export interface HttpRequest extends CallOptions {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Whose certificate nobody vouches for is spoken to all the same. */
  readonly acceptAnyCertificate: boolean;
}

export interface HttpExchangeOptions {
  /** PEM bundle of the certificate authorities beside Node's own. */
  readonly certificateAuthorities?: string | undefined;
  /** A connection without a byte for so long is dead. */
  readonly stallMs: number;
}

/**
 * Single requests over kept connections. `node:http` rather than fetch: a blob costs half the processor time, and the answer's
 * bytes come as they were sent.
 */
export class HttpExchange {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: 8 });
  readonly #https: HttpsAgent;
  readonly #httpsUnverified: HttpsAgent;
  readonly #stallMs: number;

  constructor({ certificateAuthorities, stallMs }: HttpExchangeOptions) {
    const base = { keepAlive: true, maxSockets: 8 };
    this.#https = new HttpsAgent(
      certificateAuthorities === undefined ? base : { ...base, ca: certificateAuthorities },
    );
    this.#httpsUnverified = new HttpsAgent({ ...base, rejectUnauthorized: false });
    this.#stallMs = stallMs;
  }

  /** Headers are here when this resolves; the body must be read or destroyed. @throws the socket's error, the signal's reason */
  send({ method, url, headers, body, acceptAnyCertificate, signal }: HttpRequest): Promise<IncomingMessage> {
    const isHttps = url.protocol === 'https:';
    const agent = isHttps ? (acceptAnyCertificate ? this.#httpsUnverified : this.#https) : this.#http;
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent, ...(signal === undefined ? {} : { signal }) };
      const request = (isHttps ? httpsRequest : httpRequest)(url, options, resolve);
      request.setTimeout(this.#stallMs, () =>
        request.destroy(new Error(`no byte came for ${Math.round(this.#stallMs / 1000)} s`)),
      );
      request.on('error', (error) => reject(signal?.aborted ? signal.reason : error));
      request.end(body);
    });
  }

  /** Ends the connections that are kept. */
  close(): void {
    for (const agent of [this.#http, this.#https, this.#httpsUnverified]) agent.destroy();
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
