import { setMaxListeners } from 'node:events';

/** Options of everything that waits. */
export interface CallOptions {
  /** Gives up waiting; what was asked of another process may still happen there. */
  readonly signal?: AbortSignal | undefined;
}

/** Calls `listener` when the signal fires, never before this returns; what is returned ends that. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) queueMicrotask(listener);
  // A round waits for hundreds of calls with one signal; Node takes eleven for a leak.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Waits for `promise`, but not longer than the signal allows; rejects with its reason then. */
export function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(forget);
  });
}
