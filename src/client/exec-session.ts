import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { fromServiceError } from '../api/contract/error-trailer.ts';
import type { ExecRequest, ExecResponse, ExecStart } from '../api/contract/generated/tsorch/v1/node.ts';
import { TsorchError } from '../lib/errors.ts';

type ExecCall = ClientDuplexStream<ExecRequest, ExecResponse>;

export interface ExecOutput {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** A program that runs in a container, as the client sees it: input, terminal size, output, exit status. */
export class ExecSession {
  readonly #call: ExecCall;

  constructor(call: ExecCall, start: ExecStart) {
    this.#call = call;
    call.on('error', () => {}); // told by `run`
    this.#send({ $case: 'start', value: start });
  }

  /** Resolves when more may be sent. */
  async write(data: Buffer): Promise<void> {
    if (this.#send({ $case: 'stdin', value: data }) || this.#call.destroyed) return;
    await new Promise<void>((resume) => {
      this.#call.once('drain', resume);
      this.#call.once('close', resume);
    });
  }

  endInput(): void {
    this.#send({ $case: 'stdinClosed', value: true });
  }

  resize(size: { readonly width: number; readonly height: number }): void {
    this.#send({ $case: 'resize', value: size });
  }

  /** Hands all output to `sink` and resolves with the exit status, 0-255. */
  async run(sink: (output: ExecOutput) => Promise<void>): Promise<number> {
    try {
      for await (const { message } of this.#call as AsyncIterable<ExecResponse>) {
        if (message?.$case === 'exit') return message.value.code;
        if (message !== undefined) await sink({ stream: message.$case, data: message.value });
      }
    } catch (error) {
      throw fromServiceError(error as ServiceError);
    } finally {
      this.close();
    }
    throw new TsorchError('protocol.connection-lost', 'the daemon ended before the program did');
  }

  close(): void {
    this.#call.cancel();
  }

  #send(message: NonNullable<ExecRequest['message']>): boolean {
    return this.#call.destroyed || this.#call.writableEnded ? true : this.#call.write({ message });
  }
}
