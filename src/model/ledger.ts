import type { EpochMs } from './brand.ts';
import type { ErrorCode } from './error-code.ts';

/**
 * What the planner must remember of a stack between rounds and cannot observe. Stored by `state/`; changed by what operators
 * ask for and by executed steps.
 */
export interface Ledger {
  /** Raised by every change; part of a plan's basis. */
  readonly sequence: number;
  readonly holds: readonly Hold[];
  readonly backoffs: readonly Backoff[];
  readonly failures: readonly StepFailure[];
  /** One-shot services done for this definition: not run again at each apply. */
  readonly memos: readonly Memo[];
  /**
   * Container id -> number of a task that was, or is to be, ended on purpose: while its slot shall be up, a task with a
   * greater number must follow it, whatever the restart policy says.
   */
  readonly renewals: Readonly<Record<string, number>>;
  /** Host name of the network -> CIDR leased to it; of all stacks of the node. */
  readonly subnets: Readonly<Record<string, string>>;
  /** `web.1` -> nonce; absent = 0. Raised by a forced recreate. */
  readonly nonces: Readonly<Record<string, number>>;
  /** Key of the tags that stand for secret values in plans; never shown. */
  readonly tagKey: string;
}

/** A service or slot that an operator stopped. `key` is `web` or `web.2`. */
export interface Hold {
  readonly key: string;
  readonly reason: 'operator' | 'breaker';
  readonly since: EpochMs;
  /** Boot in which it was made: a hold of a service with `restart: always` ends with it, as Docker does it. */
  readonly bootId: string;
}

/** How a task failed. */
export type FailureClass = 'app-exit' | 'oom' | 'lost' | 'start-error';

/** The present series of failed tasks of one container. */
export interface Backoff {
  /** `web.2` */
  readonly key: string;
  /** The container the failures belong to; another one starts from zero. */
  readonly container: string;
  readonly class: FailureClass;
  /** Failed tasks in a row, none of which ran long enough to be counted as well. */
  readonly attempts: number;
  readonly windowStart: EpochMs;
  /** The next task may start from then on. */
  readonly notBefore: EpochMs;
  /** Task whose end is the last one counted, so that one exit is counted once. */
  readonly task: number;
}

/** A step that failed and has not succeeded since. Another step id (other arguments) starts from zero. */
export interface StepFailure {
  readonly step: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly retryable: boolean;
  /** In a row. */
  readonly count: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

export interface Memo {
  readonly service: string;
  /** `recreate` hash of the definition that ran to exit 0. */
  readonly definition: string;
  readonly at: EpochMs;
}
