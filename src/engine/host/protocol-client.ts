import { type CallOptions, onAbort } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import { FrameError } from '../../lib/framed-json.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { type FrameSocket, type FrameSocketOptions, openFrameSocket } from './frame-socket.ts';
import { connectionLost, nativeError } from './native-error.ts';
import type { Message, ProtocolEvent } from './protocol-message.ts';

/** Method -> shapes, as the pages of schemas/protocol list them. */
export type MethodTable<Names extends string> = {
  readonly [Name in Names]: { readonly params: object; readonly result: object };
};

export interface CallDeadline extends CallOptions {
  /** Until `protocol.timed-out`; default 30 s. */
  readonly timeoutMs?: number | undefined;
}

export interface ProtocolClientOptions
  extends Pick<FrameSocketOptions, 'path' | 'peer' | 'version' | 'signal'> {
  readonly onEvent: (event: ProtocolEvent) => void;
  readonly onClose: (error: TsorchError<ErrorCode>) => void;
}

const defaultTimeoutMs = 30_000;
/** Node's timers fire at once beyond 31 bits; a deadline in 25 days is none. */
const longestTimerMs = 2 ** 31 - 1;

type Outcome = { readonly result: unknown } | { readonly error: unknown };

/**
 * Calls over one connection. They are pipelined and may be answered in any order; when the connection ends, all that
 * wait fail with its error. A result is taken as the protocol's page says: the peer is our own program, as root.
 */
export class ProtocolClient<Methods extends MethodTable<keyof Methods & string>> {
  readonly #peer: string;
  readonly #onEvent: (event: ProtocolEvent) => void;
  readonly #pending = new Map<number, (outcome: Outcome) => void>();
  #connection: FrameSocket | undefined;
  #lastId = 0;

  private constructor(options: ProtocolClientOptions) {
    this.#peer = options.peer;
    this.#onEvent = options.onEvent;
  }

  /** Undefined when nobody listens. */
  static async open<Methods extends MethodTable<keyof Methods & string>>(
    options: ProtocolClientOptions,
  ): Promise<ProtocolClient<Methods> | undefined> {
    const client = new ProtocolClient<Methods>(options);
    client.#connection = await openFrameSocket({
      ...options,
      onMessage: (message) => client.#receive(message),
      onClose: (error) => {
        client.#end(error);
        options.onClose(error);
      },
    });
    return client.#connection === undefined ? undefined : client;
  }

  /** Of the other program; undefined once the connection has ended. */
  get peerVersion(): string | undefined {
    return this.#connection?.peerVersion;
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /**
   * @throws TsorchError the peer's error; `protocol.connection-lost`, `protocol.timed-out` (both retryable: every method
   *   is idempotent). The signal's reason when that fires.
   */
  call<Name extends keyof Methods & string>(
    method: Name,
    params: Methods[Name]['params'],
    options: CallDeadline = {},
  ): Promise<Methods[Name]['result']> {
    const connection = this.#connection;
    if (connection === undefined) return Promise.reject(connectionLost(this.#peer));
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    const answer = this.#expect(method, options);
    try {
      connection.send({ id: this.#lastId, method, params });
    } catch (cause) {
      if (!(cause instanceof FrameError)) throw cause;
      const message = `the request ${method} is longer than a frame may be`;
      this.#settle(this.#lastId, {
        error: new TsorchError<ErrorCode>('protocol.bad-request', message, { cause }),
      });
    }
    return answer as Promise<Methods[Name]['result']>;
  }

  /** Calls that wait fail. */
  close(): void {
    this.#connection?.close();
    this.#end(connectionLost(this.#peer));
  }

  #expect(method: string, { signal, timeoutMs = defaultTimeoutMs }: CallDeadline): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const giveUp = (error: unknown): void => this.#settle(id, { error });
      const timer =
        timeoutMs > longestTimerMs ? undefined : setTimeout(() => giveUp(this.#tooLate(method)), timeoutMs);
      const forget = onAbort(signal, () => giveUp(signal?.reason));
      this.#pending.set(id, (outcome) => {
        clearTimeout(timer);
        forget();
        if ('result' in outcome) resolve(outcome.result);
        else reject(outcome.error);
      });
    });
  }

  #receive(message: Message): void {
    if (message.kind === 'result') this.#settle(message.id, { result: message.result });
    if (message.kind === 'error') this.#settle(message.id, { error: nativeError(message.error) });
    if (message.kind === 'event') this.#onEvent(message.event);
  }

  /** An answer to a call that was given up meanwhile finds nobody. */
  #settle(id: number, outcome: Outcome): void {
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    settle?.(outcome);
  }

  #end(error: TsorchError<ErrorCode>): void {
    this.#connection = undefined;
    for (const id of [...this.#pending.keys()]) this.#settle(id, { error });
  }

  #tooLate(method: string): TsorchError<ErrorCode> {
    return new TsorchError<ErrorCode>(
      'protocol.timed-out',
      `${this.#peer} did not answer ${method} in time`,
      {
        retryable: true,
      },
    );
  }
}
