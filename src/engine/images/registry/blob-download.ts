import type { IncomingMessage } from 'node:http';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { registryError, UnexpectedStatus } from './registry-error.ts';
import { pauseAfter, type RetryContext } from './retry.ts';

export interface BlobDownload {
  readonly blob: Descriptor;
  /** First byte that is wanted. */
  readonly offset: number;
  /** For messages: `blob sha256:... of image nginx:latest` */
  readonly what: string;
  readonly domain: string;
  readonly retry: RetryContext;
  /** Asks for the blob from an offset on. */
  readonly open: (offset: number) => Promise<IncomingMessage>;
}

/**
 * The bytes of a blob. When the connection breaks, goes on behind the last byte that came (distribution-spec, "Pulling
 * blobs": Range); progress resets the count of attempts, so that a long download survives many short breaks.
 */
export async function* downloadBlob(download: BlobDownload): AsyncGenerator<Uint8Array> {
  const { blob, retry } = download;
  let position = download.offset;
  let attempt = 1;
  while (position < blob.size) {
    const before = position;
    try {
      for await (const chunk of bytesFrom(await download.open(position), position, download)) {
        position += chunk.length;
        if (position > blob.size) throw tooLong(download);
        yield chunk;
      }
      if (position < blob.size)
        throw new UnexpectedStatus(502, `only ${position} of ${blob.size} bytes`, undefined);
    } catch (error) {
      retry.signal?.throwIfAborted();
      if (position > before) attempt = 1;
      const pause = pauseAfter(error, attempt, retry);
      if (pause === undefined) throw registryError(error, download.domain, download.what);
      attempt += 1;
      await retry.clock.sleep(pause, retry);
    }
  }
}

/** A registry that takes no ranges begins at the beginning: what is known already is skipped. */
async function* bytesFrom(
  response: IncomingMessage,
  offset: number,
  download: BlobDownload,
): AsyncGenerator<Uint8Array> {
  let skip = 0;
  if (response.statusCode !== 206) skip = offset;
  else checkRange(response.headers['content-range'], offset, download);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (skip >= chunk.length) skip -= chunk.length;
    else {
      yield skip > 0 ? chunk.subarray(skip) : chunk;
      skip = 0;
    }
  }
}

function checkRange(header: string | undefined, offset: number, { blob, what }: BlobDownload): void {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? '') ?? [];
  if (Number(start) === offset && (total === '*' || Number(total) === blob.size)) return;
  throw new TsorchError<ErrorCode>(
    'registry.protocol',
    `the registry answered the range "${header ?? ''}" of ${what}, asked for byte ${offset} on of ${blob.size}`,
    { object: blob.digest },
  );
}

function tooLong({ blob, what }: BlobDownload): TsorchError<ErrorCode> {
  return new TsorchError('content.size-mismatch', `${what} is longer than the ${blob.size} bytes announced`, {
    object: blob.digest,
  });
}
