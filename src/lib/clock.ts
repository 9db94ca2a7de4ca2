import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from './abort.ts';

/** Time as a collaborator, so that tests own it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`; rejects with an AbortError when the signal fires first. */
  sleep(ms: number, options?: CallOptions): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, { signal } = {}) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};
