import { createHash } from 'node:crypto';
import type { EpochMs } from '../../model/brand.ts';
import type { Backoff, FailureClass } from '../../model/ledger.ts';
import type { ExitRecord, ObservedContainer } from '../../model/observed-state.ts';
import type { Cause } from '../../model/plan.ts';
import type { RestartPolicy } from '../../model/stack.ts';
import { hasSucceeded } from './container-condition.ts';

const firstDelayMs = 500;
const longestDelayMs = 60_000;
/** A task that ran for so long ends the series of failures before it, and is replaced at once. */
export const resetAfterMs = 10_000;
/** Failures in a row from which on a service counts as looping: it goes on trying, but waiting for it is pointless. */
export const loopingAttempts = 5;

/** What becomes of a container whose task has ended, or that never had one. */
export type RestartDecision =
  | {
      readonly kind: 'start';
      readonly task: number;
      readonly record?: Backoff;
      readonly causes: readonly Cause[];
    }
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly attempts: number; readonly record?: Backoff }
  | { readonly kind: 'rest'; readonly failed: boolean };

export interface RestartContext {
  readonly key: string;
  readonly policy: RestartPolicy;
  readonly backoff?: Backoff | undefined;
  /** As in `Ledger.renewals`. */
  readonly renewal: number;
  readonly isOneShot: boolean;
  readonly now: EpochMs;
}

/**
 * Decides about a container without a live task.
 *
 * - never started, or ended on purpose: the next task, at once
 * - nobody saw it end: our fault, not the program's, so any policy starts it again
 * - else by the service's policy, after a delay that doubles with each failure of the series (500 ms to 60 s)
 */
export function decideRestart(container: ObservedContainer, context: RestartContext): RestartDecision {
  const { phase, task } = container;
  const next = nextTask(container, context);
  if (phase === 'created' || phase === 'partial')
    return { kind: 'start', task: next, causes: [{ kind: 'missing', what: 'task' }] };
  if (context.isOneShot && hasSucceeded(container, context.renewal)) return { kind: 'rest', failed: false };
  if (task !== undefined && task.number <= context.renewal)
    return { kind: 'start', task: next, causes: [{ kind: 'missing', what: 'task' }] };
  return afterExit(container, context);
}

/** Numbers rise over reboots as well: the ledger may remember a higher one than the shim. */
export function nextTask(
  container: ObservedContainer | undefined,
  { renewal, backoff }: Pick<RestartContext, 'renewal' | 'backoff'>,
): number {
  return Math.max(container?.task?.number ?? 0, renewal, backoff?.task ?? 0) + 1;
}

function afterExit(container: ObservedContainer, context: RestartContext): RestartDecision {
  const { policy, now } = context;
  const exit = container.exit;
  const failure = classify(container.phase, exit);
  const succeeded = hasSucceeded(container, context.renewal);
  if (failure !== 'lost' && (policy.kind === 'no' || (policy.kind === 'on-failure' && succeeded)))
    return { kind: 'rest', failed: !succeeded };
  const counted = countExit(container, failure, context);
  const limit = policy.kind === 'on-failure' ? policy.maxAttempts : undefined;
  if (limit !== undefined && counted.backoff.attempts > limit) return { kind: 'rest', failed: true };
  const { attempts, notBefore } = counted.backoff;
  const record = counted.isNew ? { record: counted.backoff } : {};
  if (now < notBefore) return { kind: 'wait', until: notBefore, attempts, ...record };
  const cause: Cause = {
    kind: 'exit',
    code: exit?.code ?? 255,
    oomKilled: exit?.oomKilled ?? false,
    attempt: attempts,
  };
  return { kind: 'start', task: nextTask(container, context), causes: [cause], ...record };
}

function classify(phase: ObservedContainer['phase'], exit: ExitRecord | undefined): FailureClass {
  if (phase === 'lost' || exit === undefined || exit.reason === 'monitorLost') return 'lost';
  if (exit.reason === 'startError') return 'start-error';
  return exit.oomKilled ? 'oom' : 'app-exit';
}

/** The series with this exit in it; one exit is counted once, in whichever round it is seen first. */
function countExit(
  { spec, task, exit }: ObservedContainer,
  failure: FailureClass,
  { key, backoff, now }: RestartContext,
): { readonly backoff: Backoff; readonly isNew: boolean } {
  const number = task?.number ?? exit?.task ?? 0;
  if (backoff !== undefined && backoff.task >= number) return { backoff, isNew: false };
  // A clock that was set back must not turn into a wait of hours.
  const endedAt = Math.min(exit?.exitedAt ?? now, now);
  const ranLong = exit?.reason === 'exited' && exit.exitedAt - exit.startedAt >= resetAfterMs;
  const attempts = ranLong ? 1 : (backoff?.attempts ?? 0) + 1;
  const delayMs = ranLong ? 0 : restartDelayMs(`${key} ${spec.id}`, attempts);
  return {
    isNew: true,
    backoff: {
      key,
      container: spec.id,
      class: failure,
      attempts,
      windowStart: attempts === 1 ? endedAt : (backoff?.windowStart ?? endedAt),
      notBefore: endedAt + delayMs,
      task: number,
    },
  };
}

/** 500 ms, 1 s, 2 s ... 60 s, shortened by up to a quarter so that what fell together does not rise together. */
export function restartDelayMs(seed: string, attempts: number): number {
  return jitter(
    Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempts - 1, 20)),
    `${seed} ${attempts}`,
  );
}

/** The planner has no random numbers: the seed decides, so the same situation waits equally long. */
export function jitter(delayMs: number, seed: string): number {
  const fraction = createHash('sha256').update(seed).digest().readUInt16BE(0) / 65_536;
  return Math.round(delayMs * (1 - fraction / 4));
}
