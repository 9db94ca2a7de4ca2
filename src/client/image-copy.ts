import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { fromServiceError } from '../api/contract/error-trailer.ts';
import type {
  ArchiveMember,
  CopiedImage,
  CopyImageRequest,
  CopyImageResponse,
  CopyImageStart,
  CopyProgress,
} from '../api/contract/generated/tsorch/v1/node.ts';
import { TsorchError } from '../lib/errors.ts';

type CopyCall = ClientDuplexStream<CopyImageRequest, CopyImageResponse>;

export interface CopyInput {
  readonly start: CopyImageStart;
  /** The archive that a source means. */
  readonly archive?: AsyncIterable<Buffer> | undefined;
}

/** Takes the members of an archive, one behind the other. */
export interface MemberWriter {
  begin(member: ArchiveMember): Promise<void>;
  write(data: Buffer): Promise<void>;
}

export interface CopyOutput {
  readonly onProgress: (progress: CopyProgress) => void;
  readonly members?: MemberWriter | undefined;
}

/** One copy over an open call: sends what is to be read and hands on what comes. @throws TsorchError as the daemon's */
export async function runCopy(call: CopyCall, input: CopyInput, output: CopyOutput): Promise<CopiedImage[]> {
  call.on('error', () => {}); // told by the iteration
  let broken: unknown;
  const feeding = feed(call, input).catch((error: unknown) => {
    broken = error;
    call.cancel();
  });
  try {
    for await (const { message } of call as AsyncIterable<CopyImageResponse>) {
      if (message?.$case === 'progress') output.onProgress(message.value);
      else if (message?.$case === 'member') await output.members?.begin(message.value);
      else if (message?.$case === 'data') await output.members?.write(message.value);
      else if (message?.$case === 'done') return message.value.images;
    }
  } catch (error) {
    if (broken !== undefined) throw broken;
    // What a writer of ours has thrown is no answer of the daemon's.
    throw 'metadata' in (error as object) ? fromServiceError(error as ServiceError) : error;
  } finally {
    call.cancel();
    await feeding;
  }
  throw new TsorchError('protocol.connection-lost', 'the daemon ended before the copy did');
}

async function feed(call: CopyCall, { start, archive }: CopyInput): Promise<void> {
  call.write({ message: { $case: 'start', value: start } });
  if (archive !== undefined) {
    for await (const value of archive) {
      if (call.destroyed || call.writableEnded) return;
      if (!call.write({ message: { $case: 'data', value } })) await writable(call);
    }
  }
  call.end();
}

function writable(call: CopyCall): Promise<void> {
  return new Promise((resume) => {
    const events = ['drain', 'close', 'error', 'end'];
    const go = (): void => {
      for (const event of events) call.off(event, go);
      resume();
    };
    for (const event of events) call.on(event, go);
  });
}
