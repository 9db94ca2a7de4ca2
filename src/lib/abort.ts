/** Options of everything that waits. */
export interface CallOptions {
  /** Gives up waiting; what was asked of another process may still happen there. */
  readonly signal?: AbortSignal | undefined;
}

/** A signal that fires with the caller's, or after `timeoutMs`, whichever is first. */
export function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** Whether an error is only the echo of an abort, whoever asked for it. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
