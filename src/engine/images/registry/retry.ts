import type { CallOptions } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import { TsorchError } from '../../../lib/errors.ts';
import { UnexpectedStatus } from './registry-error.ts';

export interface RetryPolicy {
  readonly attempts: number;
  /** Pause before the second attempt; doubled each time. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 5, firstPauseMs: 250, longestPauseMs: 60_000 };

export interface RetryContext extends CallOptions {
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  /** Between 0 and 1, for the jitter. */
  readonly random: () => number;
}

/** How long to wait after `error` of the given attempt (1 = the first); undefined = it is final. */
export function pauseAfter(
  error: unknown,
  attempt: number,
  { policy, random, clock }: RetryContext,
): number | undefined {
  if (attempt >= policy.attempts || !isTemporary(error)) return undefined;
  const asked = error instanceof UnexpectedStatus ? retryAfterMs(error.retryAfter, clock.now()) : undefined;
  const backoff = policy.firstPauseMs * 2 ** (attempt - 1) * (0.5 + random());
  return Math.min(Math.max(asked ?? 0, backoff), policy.longestPauseMs);
}

/** Does `work` until it works, fails for good, or there were enough attempts; then the last error is thrown. */
export async function withRetry<Value>(work: () => Promise<Value>, context: RetryContext): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      context.signal?.throwIfAborted();
      const pause = pauseAfter(error, attempt, context);
      if (pause === undefined) throw error;
      await context.clock.sleep(pause, context);
    }
  }
}

const finalCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_NONAME', 'EHOSTUNREACH', 'ENETUNREACH']);

function isTemporary(error: unknown): boolean {
  if (error instanceof UnexpectedStatus)
    return error.status === 408 || error.status === 429 || error.status >= 500;
  if (error instanceof TsorchError) return false;
  // Nobody listens, or the name is wrong: an answer now is worth more than one after a minute.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  const code = (first as NodeJS.ErrnoException | undefined)?.code ?? '';
  return !finalCodes.has(code) && !/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code);
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
