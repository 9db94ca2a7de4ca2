import { chmodSync, rmSync } from 'node:fs';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { TsorchError } from '../../lib/errors.ts';
import { NodeServiceService } from '../contract/generated/tsorch/v1/node.ts';
import type { NodeBackend } from '../node-backend.ts';
import { nodeService, type ParseStack } from './node-service.ts';

const messageLimit = 16 * 1024 * 1024;

/** Serves the API on a unix socket, mode 0660: who may write there is root on this host. */
export class ApiServer {
  readonly #server: Server;
  readonly #socketPath: string;

  constructor(options: {
    readonly backend: NodeBackend;
    readonly parseStack: ParseStack;
    readonly socketPath: string;
  }) {
    this.#socketPath = options.socketPath;
    this.#server = new Server({
      'grpc.max_receive_message_length': messageLimit,
      'grpc.max_concurrent_streams': 256,
    });
    this.#server.addService(NodeServiceService, nodeService(options.backend, options.parseStack));
  }

  /** The caller has made sure that no other daemon runs, so a socket found there is a leftover. */
  async listen(): Promise<void> {
    rmSync(this.#socketPath, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(`unix:${this.#socketPath}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(listenError(this.#socketPath, error)) : resolve(),
      );
    });
    chmodSync(this.#socketPath, 0o660);
  }

  /** Lets running calls end for a moment, then cuts them off. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        this.#server.forceShutdown();
        resolve();
      }, 500);
      this.#server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
    rmSync(this.#socketPath, { force: true });
  }
}

function listenError(path: string, cause: Error): TsorchError {
  return new TsorchError('host.failed', `cannot listen on ${path}`, { cause });
}
