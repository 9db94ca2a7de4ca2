import { once } from 'node:events';
import type { Socket } from 'node:net';
import { abortable, type CallOptions } from '../../lib/abort.ts';
import { FrameError } from '../../lib/framed-json.ts';
import { openFrameSocket } from './frame-socket.ts';
import { connectionLost, nativeError } from './native-error.ts';
import type { Message } from './protocol-message.ts';
import type { OutputChunk, Session, SessionExit, TerminalSize } from './session.ts';
import { ChunkDecoder, encodeChunk, streams } from './stream-chunks.ts';

export interface StreamTarget extends CallOptions {
  readonly path: string;
  readonly peer: string;
  readonly version: string;
  /** Number of the exec; null = the task's own stdio. */
  readonly exec: number | null;
  readonly pid?: number | undefined;
  readonly resize: (size: TerminalSize) => Promise<void>;
}

const largestInputChunk = 32 * 1024;
/** `{"code": 0, "signal": 9}` and what later versions add. */
const largestControlChunk = 64 * 1024;

/** Opens a connection of its own to the shim and turns it into a stream connection. */
export async function openSession(target: StreamTarget): Promise<Session> {
  const { socket, rest } = await requestStream(target);
  return new StreamSession(target, socket, rest);
}

interface TakenSocket {
  readonly socket: Socket;
  /** Bytes that came right behind the answer. */
  readonly rest: Buffer;
}

async function requestStream(target: StreamTarget): Promise<TakenSocket> {
  let onMessage: (message: Message) => void = () => {};
  let onClose: (error: unknown) => void = () => {};
  const connection = await openFrameSocket({
    ...target,
    onMessage: (message) => onMessage(message),
    onClose: (error) => onClose(error),
  });
  if (connection === undefined) throw connectionLost(target.peer);
  const answer = new Promise<TakenSocket>((resolve, reject) => {
    onClose = reject;
    onMessage = (message) => {
      if (message.kind === 'error') reject(nativeError(message.error));
      if (message.kind === 'result') resolve(connection.takeOver());
    };
  });
  const params = { exec: target.exec, ...(target.exec === null ? { whenBehind: 'drop' } : {}) };
  connection.send({ id: 1, method: 'stream', params });
  try {
    return await abortable(answer, target.signal);
  } catch (error) {
    connection.close();
    throw error;
  }
}

class StreamSession implements Session {
  readonly pid: number | undefined;
  readonly output: AsyncIterable<OutputChunk>;
  readonly exit: Promise<SessionExit>;
  readonly resize: (size: TerminalSize) => Promise<void>;
  readonly #socket: Socket;
  #isInputOpen = true;
  #settleExit: { resolve: (exit: SessionExit) => void; reject: (error: unknown) => void } | undefined;

  constructor(target: StreamTarget, socket: Socket, rest: Buffer) {
    this.pid = target.pid;
    this.resize = target.resize;
    this.#socket = socket;
    this.exit = new Promise((resolve, reject) => {
      this.#settleExit = { resolve, reject };
    });
    // Who only reads the output need not care for the exit.
    this.exit.catch(() => {});
    socket.on('error', () => {});
    socket.once('close', () => this.#settleExit?.reject(connectionLost(target.peer)));
    this.output = this.#read(rest);
  }

  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length && this.#isInputOpen; at += largestInputChunk) {
      await this.#send(encodeChunk(streams.stdin, data.subarray(at, at + largestInputChunk)));
    }
  }

  endInput(): void {
    if (!this.#isInputOpen) return;
    this.#isInputOpen = false;
    if (this.#socket.writable) this.#socket.write(encodeChunk(streams.stdin, new Uint8Array()));
  }

  close(): void {
    this.#isInputOpen = false;
    this.#socket.destroy();
  }

  async #send(chunk: Buffer): Promise<void> {
    if (!this.#socket.writable || this.#socket.write(chunk)) return;
    const closed = new AbortController();
    const onClose = (): void => closed.abort();
    this.#socket.once('close', onClose);
    await once(this.#socket, 'drain', { signal: closed.signal }).catch(() => {});
    this.#socket.off('close', onClose);
  }

  async *#read(rest: Buffer): AsyncGenerator<OutputChunk> {
    const decoder = new ChunkDecoder();
    let control: Buffer[] = [];
    for await (const bytes of concatenated(rest, this.#socket)) {
      for (const { stream, data, isLast } of decoder.decode(bytes)) {
        if (stream === streams.stdout && data.length > 0) yield { stream: 'stdout', data };
        if (stream === streams.stderr && data.length > 0) yield { stream: 'stderr', data };
        if (stream === streams.control) {
          control.push(data);
          if (!isLast && length(control) <= largestControlChunk) continue;
          const word = readControl(Buffer.concat(control));
          if (word?.lost === undefined) return this.#end(word);
          control = [];
          yield { stream: 'stdout', data: Buffer.alloc(0), lost: word.lost };
        }
      }
    }
  }

  #end(word: ControlWord | undefined): void {
    this.#isInputOpen = false;
    if (word?.exit === undefined)
      this.#settleExit?.reject(new FrameError('the exit of a session is not readable'));
    else this.#settleExit?.resolve(word.exit);
    this.#socket.destroy();
  }
}

async function* concatenated(first: Buffer, socket: Socket): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  try {
    for await (const bytes of socket) yield bytes as Buffer;
  } catch {
    // A broken connection ends the output; `exit` tells that it is not the whole.
  }
}

function length(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** What the shim says about the session itself: bytes that it left out, or how the program ended. */
interface ControlWord {
  readonly lost?: number;
  readonly exit?: SessionExit;
}

function readControl(control: Buffer): ControlWord | undefined {
  try {
    const { code, signal, lost } = JSON.parse(control.toString('utf8')) as Partial<
      SessionExit & { readonly lost: number }
    >;
    if (typeof lost === 'number') return { lost };
    if (typeof code !== 'number') return undefined;
    return { exit: { code, ...(typeof signal === 'number' ? { signal } : {}) } };
  } catch {
    return undefined;
  }
}
