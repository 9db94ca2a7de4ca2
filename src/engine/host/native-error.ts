import { TsorchError } from '../../lib/errors.ts';
import { type ErrorCode, isErrorCode } from '../../model/error-code.ts';
import type { ErrorBody } from './protocol-message.ts';

/** The error that a native process answered, with its code; a code of a newer version than ours reads `host.failed`. */
export function nativeError(body: ErrorBody): TsorchError<ErrorCode> {
  const code = isErrorCode(body.code) ? body.code : 'host.failed';
  return new TsorchError<ErrorCode>(code, body.message, {
    ...(typeof body.object === 'string' ? { object: body.object } : {}),
    ...(typeof body.hint === 'string' ? { hint: body.hint } : {}),
    // The message says what failed; the bare errno is its cause.
    ...(typeof body.errno === 'string' ? { cause: new Error(body.errno) } : {}),
    retryable: body.retryable === true,
  });
}

export function connectionLost(peer: string, cause?: unknown): TsorchError<ErrorCode> {
  return new TsorchError<ErrorCode>('protocol.connection-lost', `the connection to ${peer} was lost`, {
    ...(cause === undefined ? {} : { cause }),
    retryable: true,
  });
}

export function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof TsorchError && error.code === code;
}

/** Waits for a call that may fail with one of these codes without harm; undefined when it did. */
export async function unless<Result>(
  codes: readonly ErrorCode[],
  call: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codes.some((code) => isCode(error, code))) return undefined;
    throw error;
  }
}

/** For a call to a process that may end meanwhile. */
export function unlessLost<Result>(call: Promise<Result>): Promise<Result | undefined> {
  return unless(['protocol.connection-lost'], call);
}
