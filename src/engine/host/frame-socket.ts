import { createConnection, type Socket } from 'node:net';
import { type CallOptions, onAbort } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import { encodeFrame, FrameDecoder, FrameError } from '../../lib/framed-json.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { connectionLost, unlessLost } from './native-error.ts';
import { type Message, protocolVersion, readMessage } from './protocol-message.ts';

const helloTimeoutMs = 5_000;

export interface FrameSocketOptions extends CallOptions {
  readonly path: string;
  /** Who listens there, for messages: `hostd`, `shim 0f3c...`. */
  readonly peer: string;
  /** Version of this program, told to the peer for its log. */
  readonly version: string;
  readonly onMessage: (message: Message) => void;
  /** Called once, when the connection ends for whatever reason but `close` or `takeOver`. */
  readonly onClose: (error: TsorchError<ErrorCode>) => void;
}

/**
 * A connection of the native protocol: hello each way, then messages.
 *
 * A frame that breaks the protocol closes it.
 */
export class FrameSocket {
  readonly #socket: Socket;
  readonly #options: FrameSocketOptions;
  readonly #decoder = new FrameDecoder();
  #state: 'greeting' | 'open' | 'ended' = 'greeting';
  #onHello: () => void = () => {};
  #cause: unknown;
  #peerVersion = '';

  constructor(socket: Socket, options: FrameSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', this.#onData);
    socket.on('error', this.#onError);
    socket.on('close', this.#onSocketClose);
  }

  /** As the peer's hello told it. */
  get peerVersion(): string {
    return this.#peerVersion;
  }

  /** Sends our hello and resolves when the peer's has come; when it does not, the connection is closed. */
  greet(): Promise<void> {
    const { peer, version, signal } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (state: 'open' | 'ended', error?: unknown): void => {
        clearTimeout(timer);
        forget();
        this.#socket.off('close', onClose);
        this.#state = state;
        if (state === 'ended') this.#socket.destroy();
        if (state === 'open') resolve();
        else reject(error);
      };
      const onClose = (): void => settle('ended', closedBy(peer, this.#cause));
      const timer = setTimeout(() => settle('ended', silent(peer)), helloTimeoutMs);
      const forget = onAbort(signal, () => settle('ended', signal?.reason));
      this.#socket.once('close', onClose);
      this.#onHello = () => settle('open');
      this.send({ hello: { protocol: protocolVersion, version, role: 'daemon' } });
    });
  }

  /** @throws FrameError when it is longer than a frame may be */
  send(message: object): void {
    this.#socket.write(encodeFrame(message));
  }

  close(): void {
    this.#state = 'ended';
    this.#socket.destroy();
  }

  /** Ends the framing: the socket now speaks something else, beginning with `rest`. Nothing is called back any more. */
  takeOver(): { readonly socket: Socket; readonly rest: Buffer } {
    this.#state = 'ended';
    this.#socket.pause();
    this.#socket.off('data', this.#onData);
    this.#socket.off('error', this.#onError);
    this.#socket.off('close', this.#onSocketClose);
    return { socket: this.#socket, rest: this.#decoder.takeRest() };
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#decoder.push(chunk);
    try {
      for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
        this.#receive(frame);
        if (this.#state === 'ended') return;
      }
    } catch (error) {
      // What a handler throws is a bug of ours and must be seen; what the peer sent wrong only ends the connection.
      if (!(error instanceof FrameError)) throw error;
      this.#socket.destroy(error);
    }
  };

  #receive(frame: object): void {
    const message = readMessage(frame);
    if (message === undefined) throw new FrameError('frame is no message');
    const isGreeting = this.#state === 'greeting';
    if (isGreeting !== (message.kind === 'hello')) throw new FrameError(`${message.kind} where none may be`);
    if (message.kind !== 'hello') {
      this.#options.onMessage(message);
    } else if (message.hello.protocol === protocolVersion) {
      this.#peerVersion = message.hello.version;
      this.#onHello();
    } else {
      throw new FrameError(`protocol ${message.hello.protocol}, this program speaks ${protocolVersion}`);
    }
  }

  readonly #onError = (error: Error): void => {
    this.#cause = error;
  };

  readonly #onSocketClose = (): void => {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#options.onClose(closedBy(this.#options.peer, this.#cause));
  };
}

/** Connects and exchanges hellos; undefined when nobody listens there, or whoever did ended before its hello. */
export async function openFrameSocket(options: FrameSocketOptions): Promise<FrameSocket | undefined> {
  options.signal?.throwIfAborted();
  const socket = await connect(options.path);
  if (socket === undefined) return undefined;
  const connection = new FrameSocket(socket, options);
  return unlessLost(connection.greet().then(() => connection));
}

/** No socket; nobody bound to it any more; its owner ended before it took the connection. */
const nobodyThere = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET']);

/** A unix socket connects at once or not at all, so there is nothing to abort. */
function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    const onError = (error: NodeJS.ErrnoException): void => {
      if (nobodyThere.has(error.code ?? '')) resolve(undefined);
      else reject(connectionLost(path, error));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

function closedBy(peer: string, cause: unknown): TsorchError<ErrorCode> {
  if (!(cause instanceof FrameError)) return connectionLost(peer, cause);
  return new TsorchError<ErrorCode>('protocol.bad-frame', `${peer} does not keep to the protocol`, { cause });
}

function silent(peer: string): TsorchError<ErrorCode> {
  return new TsorchError<ErrorCode>('protocol.timed-out', `${peer} sent no hello`, { retryable: true });
}
