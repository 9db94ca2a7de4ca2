import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from '@grpc/grpc-js';
import { toStatus } from '../contract/error-trailer.ts';

/** The client's going away, as a signal for everything that is done on its behalf. */
export function cancellation(call: { on(event: 'cancelled', listener: () => void): unknown }): AbortSignal {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  return controller.signal;
}

export function unary<Request, Response>(
  handle: (request: Request, signal: AbortSignal) => Promise<Response> | Response,
): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    const answer = async () => handle(call.request, cancellation(call));
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toStatus(error)),
    );
  };
}

/** Sends what the generator yields, no faster than the client reads. */
export function streaming<Request, Response>(
  handle: (request: Request, signal: AbortSignal) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call: ServerWritableStream<Request, Response>) => {
    const signal = cancellation(call);
    const send = async () => {
      for await (const message of handle(call.request, signal)) {
        if (signal.aborted) return;
        await writeMessage(call, message, signal);
      }
    };
    send().then(
      () => call.end(),
      (error: unknown) => (signal.aborted ? call.end() : call.emit('error', toStatus(error))),
    );
  };
}

interface MessageStream<Message> {
  write(message: Message): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Resolves when the stream takes more, or when nobody is there to read it any longer. */
export async function writeMessage<Message>(
  stream: MessageStream<Message>,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  if (stream.write(message) || signal.aborted) return;
  await new Promise<void>((resume) => {
    stream.once('drain', resume);
    signal.addEventListener('abort', () => resume(), { once: true });
  });
}
