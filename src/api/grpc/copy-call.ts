import type { ServerDuplexStream } from '@grpc/grpc-js';
import { TsorchError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { parsePlatform } from '../../model/platform.ts';
import { toStatus } from '../contract/error-trailer.ts';
import {
  type CopyImageRequest,
  type CopyImageResponse,
  type CopyImageStart,
  CopyImageStart_Images,
} from '../contract/generated/tsorch/v1/node.ts';
import type { CopyQuery, TransferBackend } from '../node-backend.ts';
import { cancellation, writeMessage } from './calls.ts';

type CopyCall = ServerDuplexStream<CopyImageRequest, CopyImageResponse>;
type Message = NonNullable<CopyImageResponse['message']>;

const choices: Readonly<Record<number, CopyQuery['choice']>> = {
  [CopyImageStart_Images.IMAGES_ONE]: 'one',
  [CopyImageStart_Images.IMAGES_ALL]: 'all',
  [CopyImageStart_Images.IMAGES_PRESENT]: 'present',
};

/** A copy whose archives travel with the call: one to read behind the first message, one to write in the answers. */
export function copyCall(transfers: TransferBackend): (call: CopyCall) => void {
  return (call) => {
    const signal = cancellation(call);
    call.on('error', () => {}); // told as `cancelled`
    const send = (message: Message) => writeMessage(call, { message }, signal);
    serve(call, { transfers, send, signal }).then(
      () => call.end(),
      (error: unknown) => (signal.aborted ? call.end() : call.emit('error', toStatus(error))),
    );
  };
}

interface CopyPeer {
  readonly transfers: TransferBackend;
  readonly send: (message: Message) => Promise<void>;
  readonly signal: AbortSignal;
}

async function serve(call: CopyCall, { transfers, send, signal }: CopyPeer): Promise<void> {
  // The end of what comes must not end what goes.
  const requests: AsyncIterator<CopyImageRequest> = call.iterator({ destroyOnReturn: false });
  const start = await readStart(requests);
  using progress = new NewestOnly((value: Message) => void send(value));
  const images = await transfers.copy({
    sources: start.sources,
    destination: start.destination,
    choice: choices[start.images] ?? 'one',
    withReferrers: start.withReferrers,
    ...platformOf(start),
    archive: archiveBytes(requests),
    sink: (name, size, bytes) => sendMember({ name, size }, bytes, send),
    onProgress: (value) => progress.offer({ $case: 'progress', value: { ...value } }),
    signal,
  });
  await send({ $case: 'done', value: { images: images.map((image) => ({ ...image })) } });
}

async function sendMember(
  member: { readonly name: string; readonly size: number },
  bytes: AsyncIterable<Uint8Array>,
  send: CopyPeer['send'],
): Promise<void> {
  await send({ $case: 'member', value: { ...member } });
  for await (const chunk of bytes) await send({ $case: 'data', value: Buffer.from(chunk) });
}

async function readStart(requests: AsyncIterator<CopyImageRequest>): Promise<CopyImageStart> {
  const message = ((await requests.next()).value as CopyImageRequest | undefined)?.message;
  if (message?.$case === 'start') return message.value;
  throw new TsorchError('protocol.bad-request', 'the first message of CopyImage must say what to copy');
}

async function* archiveBytes(requests: AsyncIterator<CopyImageRequest>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { value, done } = await requests.next();
    if (done) return;
    const message = (value as CopyImageRequest).message;
    if (message?.$case === 'data') yield message.value;
  }
}

function platformOf({ platform }: CopyImageStart): Pick<CopyQuery, 'platform'> {
  if (platform === '') return {};
  const parsed = parsePlatform(platform);
  if (parsed !== undefined) return { platform: parsed };
  throw new TsorchError<ErrorCode>('usage.bad-argument', `"${platform}" is no platform`, {
    hint: 'write os/architecture[/variant], such as linux/arm64',
  });
}

/** Sends at most ten times a second; the newest wins. */
class NewestOnly<Value> {
  #newest: Value | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(send: (value: Value) => void) {
    this.#timer = setInterval(() => {
      if (this.#newest !== undefined) send(this.#newest);
      this.#newest = undefined;
    }, 100);
  }

  offer(value: Value): void {
    this.#newest = value;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
