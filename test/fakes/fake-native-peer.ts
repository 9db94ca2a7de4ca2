import { createServer, type Server, type Socket } from 'node:net';
import { type Message, readMessage } from '../../src/engine/host/protocol-message.ts';
import { encodeFrame, FrameDecoder } from '../../src/lib/framed-json.ts';

/** An error that a handler answers with. */
export class PeerError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export type Handler = (params: never, connection: PeerConnection) => unknown;

/**
 * Speaks the native protocol on a unix socket: hello, requests to handlers by method, events to all subscribed. What the methods do is
 * the business of who makes it (fake-hostd, fake-shim).
 */
export class FakeNativePeer {
  readonly connections = new Set<PeerConnection>();
  readonly #server: Server;
  readonly #handlers: Readonly<Record<string, Handler>>;

  constructor(handlers: Readonly<Record<string, Handler>>, protocol = 1) {
    this.#handlers = handlers;
    this.#server = createServer((socket) => {
      const connection: PeerConnection = new PeerConnection(
        socket,
        protocol,
        (message): Promise<void> => this.#answer(connection, message),
      );
      this.connections.add(connection);
      socket.on('close', () => this.connections.delete(connection));
    });
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
  }

  tell(event: object): void {
    for (const connection of this.connections) connection.send(event);
  }

  /** As if the process had been killed. */
  async kill(): Promise<void> {
    for (const connection of this.connections) connection.socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(connection: PeerConnection, message: Message): Promise<void> {
    if (message.kind !== 'request') return;
    const { id, method, params } = message;
    try {
      const handler = this.#handlers[method];
      if (handler === undefined) throw new PeerError('protocol.bad-request', `there is no method ${method}`);
      const result = await handler(params as never, connection);
      connection.send({ id, result: result ?? {} });
      connection.afterAnswer?.();
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      connection.send({ id, error: { code: error.code, message: error.message } });
    }
  }
}

export class PeerConnection {
  readonly socket: Socket;
  /** Turns the connection into something else once the answer is sent. */
  afterAnswer: (() => void) | undefined;
  readonly #decoder = new FrameDecoder();
  readonly #onMessage: (message: Message) => Promise<void>;

  constructor(socket: Socket, protocol: number, onMessage: (message: Message) => Promise<void>) {
    this.socket = socket;
    this.#onMessage = onMessage;
    socket.on('error', () => {});
    socket.on('data', this.#onData);
    this.send({ hello: { protocol, version: '0.0.0', role: 'fake' } });
  }

  send(frame: object): void {
    if (this.socket.writable) this.socket.write(encodeFrame(frame));
  }

  /** Ends the framing; bytes that came already are emitted again. */
  takeOver(): Socket {
    this.socket.off('data', this.#onData);
    const rest = this.#decoder.takeRest();
    if (rest.length > 0) queueMicrotask(() => this.socket.emit('data', rest));
    return this.socket;
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#decoder.push(bytes);
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      const message = readMessage(frame);
      if (message !== undefined) void this.#onMessage(message);
    }
  };
}
