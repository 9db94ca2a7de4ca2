import {
  type CallOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { fromServiceError } from '../api/contract/error-trailer.ts';
import {
  type CopiedImage,
  type ExecStart,
  type ImportImageRequest,
  type ImportImageResponse,
  NodeServiceClient,
} from '../api/contract/generated/tsorch/v1/node.ts';
import { type CopyInput, type CopyOutput, runCopy } from './image-copy.ts';
import { ProgramSession } from './program-session.ts';

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

type StreamMethod<Request, Response> = (
  request: Request,
  options?: Partial<CallOptions>,
) => ClientReadableStream<Response>;

/** Names of the calls of one kind, with their request and response types taken from the generated client. */
type Unary = {
  [Name in keyof NodeServiceClient]: NodeServiceClient[Name] extends UnaryMethod<
    infer Request,
    infer Response
  >
    ? { request: Request; response: Response }
    : never;
};
type Streaming = {
  [Name in keyof NodeServiceClient]: NodeServiceClient[Name] extends StreamMethod<
    infer Request,
    infer Response
  >
    ? { request: Request; response: Response }
    : never;
};

export interface CallControl {
  readonly signal?: AbortSignal;
  /** Milliseconds until `wait.timed-out`; absent = no limit. */
  readonly timeoutMs?: number;
}

/**
 * Typed client of a node's API on its unix socket. Every failure is a `TsorchError`, as it was thrown in the daemon;
 * `node.not-running` when nobody listens. One connection, opened by the first call; `close()` ends it.
 */
export class NodeClient {
  readonly #client: NodeServiceClient;

  constructor(socketPath: string) {
    this.#client = new NodeServiceClient(`unix:${socketPath}`, credentials.createInsecure(), {
      'grpc.max_receive_message_length': 64 * 1024 * 1024,
      'grpc.enable_retries': 0,
    });
  }

  close(): void {
    this.#client.close();
  }

  call<Name extends keyof Unary>(
    name: Name,
    request: Unary[Name]['request'],
    control: CallControl = {},
  ): Promise<Unary[Name]['response']> {
    const method = this.#client[name] as UnaryMethod<Unary[Name]['request'], Unary[Name]['response']>;
    return new Promise((resolve, reject) => {
      const call = method.call(
        this.#client,
        request,
        new Metadata(),
        deadline(control),
        (error, response) => {
          if (error) reject(fromServiceError(error));
          else resolve(response);
        },
      );
      cancelOnAbort(call, control.signal);
    });
  }

  async *stream<Name extends keyof Streaming>(
    name: Name,
    request: Streaming[Name]['request'],
    control: CallControl = {},
  ): AsyncGenerator<Streaming[Name]['response']> {
    const method = this.#client[name] as StreamMethod<
      Streaming[Name]['request'],
      Streaming[Name]['response']
    >;
    const call = method.call(this.#client, request, deadline(control));
    cancelOnAbort(call, control.signal);
    try {
      for await (const message of call) yield message as Streaming[Name]['response'];
    } catch (error) {
      if (control.signal?.aborted) return;
      throw fromServiceError(error as ServiceError);
    } finally {
      call.cancel();
    }
  }

  exec(start: ExecStart): ProgramSession {
    return new ProgramSession(this.#client.exec(), { message: { $case: 'start', value: start } });
  }

  /** Connects to the stdio of the task of the container that `object` means. */
  attach(object: string): ProgramSession {
    return new ProgramSession(this.#client.attach(), { message: { $case: 'start', value: { object } } });
  }

  /** Copies images; archives travel with the call. */
  copyImage(input: CopyInput, output: CopyOutput, control: CallControl = {}): Promise<CopiedImage[]> {
    const call = this.#client.copyImage(deadline(control));
    cancelOnAbort(call, control.signal);
    return runCopy(call, input, output);
  }

  /** Sends the archive's bytes as they come; resolves with the images it held. */
  async importImage(
    messages: AsyncIterable<ImportImageRequest>,
    control: CallControl = {},
  ): Promise<ImportImageResponse> {
    const { promise, call } = this.#startImport(control);
    const failed = promise.then(
      () => true,
      () => true,
    );
    for await (const message of messages) {
      if (call.destroyed || call.writableEnded) break;
      if (!call.write(message))
        await Promise.race([new Promise((resume) => call.once('drain', resume)), failed]);
    }
    call.end();
    return promise;
  }

  #startImport(control: CallControl) {
    let settle: (error: ServiceError | null, response: ImportImageResponse) => void = () => {};
    const promise = new Promise<ImportImageResponse>((resolve, reject) => {
      settle = (error, response) => (error ? reject(fromServiceError(error)) : resolve(response));
    });
    const call = this.#client.importImage(deadline(control), (error, response) => settle(error, response));
    call.on('error', () => {}); // the callback has it too
    cancelOnAbort(call, control.signal);
    return { promise, call };
  }
}

function deadline({ timeoutMs }: CallControl): Partial<CallOptions> {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function cancelOnAbort(call: { cancel(): void }, signal: AbortSignal | undefined): void {
  if (signal?.aborted) call.cancel();
  signal?.addEventListener('abort', () => call.cancel(), { once: true });
}
