import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { TsorchError } from '../../lib/errors.ts';
import { toStatus } from '../contract/error-trailer.ts';
import type { ExecRequest, ExecResponse, ExecStart } from '../contract/generated/tsorch/v1/node.ts';
import type { ContainerBackend, ExecHandle, ExecQuery } from '../node-backend.ts';
import { cancellation, writeMessage } from './calls.ts';

type ExecCall = ServerDuplexStream<ExecRequest, ExecResponse>;

/** One program run in a container: the first message says which, the others are its input. */
export function execCall(backend: ContainerBackend): handleBidiStreamingCall<ExecRequest, ExecResponse> {
  return (call: ExecCall) => {
    const signal = cancellation(call);
    call.on('error', () => {}); // told as `cancelled`
    serve(backend, call, signal).then(
      () => call.end(),
      (error: unknown) => (signal.aborted ? call.end() : call.emit('error', toStatus(error))),
    );
  };
}

async function serve(backend: ContainerBackend, call: ExecCall, signal: AbortSignal): Promise<void> {
  const requests = (call as AsyncIterable<ExecRequest>)[Symbol.asyncIterator]();
  const first = (await requests.next()).value as ExecRequest | undefined;
  if (first?.message?.$case !== 'start')
    throw new TsorchError('protocol.bad-request', 'the first message of Exec must say what to run');
  const start = first.message.value;
  const session = await backend.exec(start.object, execQuery(start, signal));
  signal.addEventListener('abort', () => session.close(), { once: true });
  try {
    void passInput(requests, session).catch(() => session.endInput());
    for await (const { stream, data } of session.output)
      await writeMessage(call, { message: { $case: stream, value: Buffer.from(data) } }, signal);
    const { code } = await session.exit;
    await writeMessage(call, { message: { $case: 'exit', value: { code } } }, signal);
  } finally {
    session.close();
  }
}

function execQuery(start: ExecStart, signal: AbortSignal): ExecQuery {
  if (start.args.length === 0) throw new TsorchError('usage.bad-argument', 'there is no program to run');
  return {
    args: start.args,
    tty: start.tty,
    stdin: start.interactive,
    environment: start.environment,
    signal,
    ...(start.user === '' ? {} : { user: start.user }),
    ...(start.workingDir === '' ? {} : { workingDir: start.workingDir }),
    ...(start.size === undefined ? {} : { size: start.size }),
  };
}

async function passInput(requests: AsyncIterator<ExecRequest>, session: ExecHandle): Promise<void> {
  for (;;) {
    const { value, done } = await requests.next();
    if (done) return session.endInput();
    const message = (value as ExecRequest).message;
    if (message?.$case === 'stdin') await session.write(message.value);
    else if (message?.$case === 'stdinClosed') session.endInput();
    else if (message?.$case === 'resize') await session.resize(message.value).catch(() => {}); // it may just have ended
  }
}
