import type { EpochMs } from '../../model/brand.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { StepFailure } from '../../model/ledger.ts';
import type { StepGate } from './plan-draft.ts';
import type { PlanInput } from './plan-input.ts';
import { jitter, loopingAttempts } from './restart-policy.ts';

interface RetryDelays {
  readonly firstMs: number;
  readonly longestMs: number;
}

const soon: RetryDelays = { firstMs: 500, longestMs: 60_000 };
const network: RetryDelays = { firstMs: 1_000, longestMs: 300_000 };
const node: RetryDelays = { firstMs: 10_000, longestMs: 300_000 };
const person: RetryDelays = { firstMs: 30_000, longestMs: 300_000 };

/** What does not stand here is tried again `soon` when it is retryable, else as something a `person` must change. */
const delaysByCode: { readonly [Code in ErrorCode]?: RetryDelays } = {
  'registry.unreachable': network,
  'registry.protocol': network,
  'registry.denied': person,
  'image.not-found': person,
  'content.no-space': node,
  'network.port-in-use': node,
  'network.address-in-use': node,
  'network.subnet-overlap': node,
};

/** The same bytes would fail again: only other arguments, hence another step id, can help. */
const terminal: readonly ErrorCode[] = [
  'image.bad-archive',
  'image.wrong-platform',
  'content.bad-document',
  'layer.bad-tar',
  'layer.unsafe-entry',
  'layer.limit-exceeded',
];

/** When a failed step may be tried again; undefined = never with these arguments. */
export function retryAt({ code, retryable, count, lastAt, step }: StepFailure): EpochMs | undefined {
  if (terminal.includes(code)) return undefined;
  const { firstMs, longestMs } = delaysByCode[code] ?? (retryable ? soon : person);
  return lastAt + jitter(Math.min(longestMs, firstMs * 2 ** Math.min(count - 1, 20)), `${step} ${count}`);
}

/** Answers why a step may not be tried now: it failed a moment ago, or for good. */
export function failureGate({ ledger, now }: PlanInput): StepGate {
  const failures = new Map(ledger.failures.map((failure) => [failure.step, failure]));
  return (step) => {
    const failure = failures.get(step.id);
    if (failure === undefined) return undefined;
    const until = retryAt(failure);
    // A clock that was set back must not turn into a wait of hours.
    if (until !== undefined && (until <= now || failure.lastAt > now)) return undefined;
    return {
      service: step.service ?? '',
      target: step.target,
      kind: failure.retryable && failure.count < loopingAttempts ? 'wait' : 'stuck',
      code: failure.code,
      reason: failure.message,
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
      ...(until === undefined ? {} : { until }),
    };
  };
}
