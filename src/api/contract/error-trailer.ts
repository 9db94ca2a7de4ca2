import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { causeChain, TsorchError } from '../../lib/errors.ts';
import { type ErrorCode, errorCodes, isErrorCode } from '../../model/error-code.ts';

/** Trailer that carries an error whole; the gRPC status alone would lose code, object, hint and causes. */
const trailer = 'tsorch-error-bin';

interface ErrorDocument {
  readonly code: ErrorCode;
  readonly message: string;
  readonly object?: string;
  readonly hint?: string;
  readonly causes: readonly string[];
  readonly retryable: boolean;
}

/** Whatever was thrown, as the status object that grpc-js sends. Errors without a code of ours are bugs and say so. */
export function toStatus(error: unknown): Partial<StatusObject> {
  const document = describeError(error);
  const metadata = new Metadata();
  metadata.set(trailer, Buffer.from(JSON.stringify(document)));
  const name = errorCodes[document.code].status as keyof typeof status;
  return { code: status[name], details: document.message, metadata };
}

function describeError(error: unknown): ErrorDocument {
  const [message = 'unknown error', ...causes] = causeChain(error);
  if (!(error instanceof TsorchError) || !isErrorCode(error.code))
    return { code: 'internal.bug', message, causes, retryable: false };
  return {
    code: error.code,
    message,
    causes,
    retryable: error.retryable,
    ...(error.object === undefined ? {} : { object: error.object }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

/** The error as it was thrown in the daemon; a failed connection becomes `node.not-running`. */
export function fromServiceError(error: ServiceError): TsorchError<ErrorCode> {
  const [bytes] = error.metadata?.get(trailer) ?? [];
  if (Buffer.isBuffer(bytes)) return restoreError(JSON.parse(bytes.toString('utf8')) as ErrorDocument);
  if (error.code === status.UNAVAILABLE)
    return new TsorchError('node.not-running', 'the daemon does not answer', { cause: error });
  if (error.code === status.DEADLINE_EXCEEDED)
    return new TsorchError('wait.timed-out', 'the daemon did not answer in time', { cause: error });
  return new TsorchError('internal.bug', error.details || error.message);
}

function restoreError(document: ErrorDocument): TsorchError<ErrorCode> {
  const { code, message, causes, retryable, object, hint } = document;
  const cause = causes.reduceRight<Error | undefined>(
    (inner, text) => new Error(text, inner === undefined ? undefined : { cause: inner }),
    undefined,
  );
  return new TsorchError(code, message, {
    retryable,
    ...(cause === undefined ? {} : { cause }),
    ...(object === undefined ? {} : { object }),
    ...(hint === undefined ? {} : { hint }),
  });
}
