import type { ServerDuplexStream } from '@grpc/grpc-js';
import { toStatus } from '../contract/error-trailer.ts';
import type { ExecExit } from '../contract/generated/tsorch/v1/node.ts';
import type { SessionHandle, TerminalSize } from '../node-backend.ts';
import { cancellation, writeMessage } from './calls.ts';

/** What clients of a session send after their first message. */
type InputMessage =
  | { readonly $case: 'start' }
  | { readonly $case: 'stdin'; readonly value: Uint8Array }
  | { readonly $case: 'stdinClosed' }
  | { readonly $case: 'resize'; readonly value: TerminalSize };

interface SessionRequest {
  readonly message?: InputMessage | undefined;
}

/** What they are sent; `lost` only to who is attached to a task, which waits for nobody. */
interface SessionResponse {
  readonly message?:
    | { readonly $case: 'stdout' | 'stderr'; readonly value: Buffer }
    | { readonly $case: 'exit'; readonly value: ExecExit }
    | { readonly $case: 'lost'; readonly value: number };
}

export interface SessionPeer {
  readonly requests: AsyncIterator<SessionRequest>;
  readonly send: (response: SessionResponse) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A call that carries a program's input one way and its output the other. */
export function sessionCall<Request extends SessionRequest, Response>(
  serve: (peer: SessionPeer, call: ServerDuplexStream<Request, Response>) => Promise<void>,
): (call: ServerDuplexStream<Request, Response>) => void {
  return (call) => {
    const signal = cancellation(call);
    call.on('error', () => {}); // told as `cancelled`
    const peer: SessionPeer = {
      requests: (call as AsyncIterable<SessionRequest>)[Symbol.asyncIterator](),
      send: (response) => writeMessage(call, response as Response, signal),
      signal,
    };
    serve(peer, call).then(
      () => call.end(),
      (error: unknown) => (signal.aborted ? call.end() : call.emit('error', toStatus(error))),
    );
  };
}

/** Carries until the program has ended; the session is closed in any case. */
export async function carrySession(
  session: SessionHandle,
  { requests, send, signal }: SessionPeer,
): Promise<void> {
  signal.addEventListener('abort', () => session.close(), { once: true });
  try {
    void passInput(requests, session).catch(() => session.endInput());
    for await (const { stream, data, lost } of session.output) {
      if (lost !== undefined) await send({ message: { $case: 'lost', value: lost } });
      if (data.length > 0) await send({ message: { $case: stream, value: Buffer.from(data) } });
    }
    const { code } = await session.exit;
    await send({ message: { $case: 'exit', value: { code } } });
  } finally {
    session.close();
  }
}

async function passInput(requests: SessionPeer['requests'], session: SessionHandle): Promise<void> {
  for (;;) {
    const { value, done } = await requests.next();
    if (done) return session.endInput();
    const { message } = value;
    if (message?.$case === 'stdin') await session.write(message.value);
    else if (message?.$case === 'stdinClosed') session.endInput();
    else if (message?.$case === 'resize') await session.resize(message.value).catch(() => {}); // it may just have ended
  }
}
