import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { fromServiceError } from '../api/contract/error-trailer.ts';
import type {
  Attached,
  AttachRequest,
  AttachResponse,
  ExecRequest,
  ExecResponse,
} from '../api/contract/generated/tsorch/v1/node.ts';
import { TsorchError } from '../lib/errors.ts';

type SessionRequest = ExecRequest | AttachRequest;
type SessionResponse = ExecResponse | AttachResponse;
type SessionCall =
  | ClientDuplexStream<ExecRequest, ExecResponse>
  | ClientDuplexStream<AttachRequest, AttachResponse>;

export interface SessionOutput {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

export interface SessionSink {
  readonly output: (output: SessionOutput) => Promise<void>;
  /** Only of an attached session: what it is connected to. Comes first. */
  readonly attached?: (attached: Attached) => void;
  /** Only of an attached session: so many bytes were left out, as we were too slow. */
  readonly lost?: (bytes: number) => void;
}

/** The stdio of an exec or of a container's task, as the client sees it: input, terminal size, output, exit status. */
export class ProgramSession {
  readonly #call: SessionCall;

  constructor(call: SessionCall, start: SessionRequest) {
    this.#call = call;
    call.on('error', () => {}); // told by `run`
    this.#send(start);
  }

  /** Resolves when more may be sent. */
  async write(data: Buffer): Promise<void> {
    if (this.#send({ message: { $case: 'stdin', value: data } }) || this.#call.destroyed) return;
    await new Promise<void>((resume) => {
      this.#call.once('drain', resume);
      this.#call.once('close', resume);
    });
  }

  endInput(): void {
    this.#send({ message: { $case: 'stdinClosed', value: true } });
  }

  resize(size: { readonly width: number; readonly height: number }): void {
    this.#send({ message: { $case: 'resize', value: size } });
  }

  /** Hands all output to `sink` and resolves with the exit status, 0-255. */
  async run(sink: SessionSink): Promise<number> {
    try {
      for await (const { message } of this.#call as AsyncIterable<SessionResponse>) {
        if (message?.$case === 'exit') return message.value.code;
        if (message?.$case === 'attached') sink.attached?.(message.value);
        else if (message?.$case === 'lost') sink.lost?.(message.value);
        else if (message !== undefined) await sink.output({ stream: message.$case, data: message.value });
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

  #send(request: SessionRequest): boolean {
    const call = this.#call as ClientDuplexStream<SessionRequest, SessionResponse>;
    return call.destroyed || call.writableEnded ? true : call.write(request);
  }
}
