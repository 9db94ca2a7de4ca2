import type { handleClientStreamingCall } from '@grpc/grpc-js';
import { TsorchError } from '../../lib/errors.ts';
import { toStatus } from '../contract/error-trailer.ts';
import type {
  ImportImageRequest,
  ImportImageResponse,
  ImportImageStart,
} from '../contract/generated/tsorch/v1/node.ts';
import type { ImageBackend } from '../node-backend.ts';
import { cancellation } from './calls.ts';
import { toImage } from './image-message.ts';

/** An archive as a stream of chunks behind a first message that names it. */
export function importCall(
  images: ImageBackend,
): handleClientStreamingCall<ImportImageRequest, ImportImageResponse> {
  return (call, callback) => {
    const signal = cancellation(call);
    const serve = async (): Promise<ImportImageResponse> => {
      const requests = (call as AsyncIterable<ImportImageRequest>)[Symbol.asyncIterator]();
      const { reference, command } = await readStart(requests);
      const imported = await images.importArchive(archiveBytes(requests), {
        command,
        signal,
        ...(reference === '' ? {} : { reference }),
      });
      return { images: imported.map(toImage) };
    };
    serve().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toStatus(error)),
    );
  };
}

async function readStart(requests: AsyncIterator<ImportImageRequest>): Promise<ImportImageStart> {
  const { value } = await requests.next();
  const message = (value as ImportImageRequest | undefined)?.message;
  if (message?.$case === 'start') return message.value;
  throw new TsorchError('protocol.bad-request', 'the first message of ImportImage must name the image');
}

async function* archiveBytes(requests: AsyncIterator<ImportImageRequest>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { value, done } = await requests.next();
    if (done) return;
    const message = (value as ImportImageRequest).message;
    if (message?.$case === 'data') yield message.value;
  }
}
