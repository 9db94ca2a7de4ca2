import { createServer, type Server } from 'node:http';
import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import type { NodeMetrics } from './node-metrics.ts';

/** `GET /metrics` in clear on one address; nothing else is answered. */
export class MetricsServer {
  readonly #server: Server;

  constructor(metrics: NodeMetrics) {
    this.#server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      metrics.render().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    });
  }

  /** @param address  `127.0.0.1:9464`, `[::1]:9464` */
  async listen(address: string): Promise<void> {
    const match = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(address);
    if (match === null)
      throw new TsorchError<ErrorCode>('node.bad-config', `metrics.listen "${address}" is not HOST:PORT`);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(
          new TsorchError<ErrorCode>('node.bad-config', `cannot serve metrics on ${address}`, { cause }),
        ),
      );
      this.#server.listen(Number(match[2]), match[1], () => resolve());
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
