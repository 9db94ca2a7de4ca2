/** Options of everything that waits. */
export interface CallOptions {
  /** Gives up waiting; what was asked of another process may still happen there. */
  readonly signal?: AbortSignal | undefined;
}

/** Waits for `promise`, but not longer than the signal allows; rejects with its reason then. */
export function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
