import type { EpochMs } from './brand.ts';

/** What the planner must remember between rounds and cannot observe. Stored by `state/`, changed only by executed steps. */
export interface Ledger {
  /** Raised by every change; part of a plan's basis. */
  readonly sequence: number;
  readonly holds: readonly Hold[];
  readonly backoffs: readonly Backoff[];
  /** One-shot services done for this definition: not run again at each apply. */
  readonly memos: readonly Memo[];
  /** Host name of the network -> CIDR leased to it. */
  readonly subnets: Readonly<Record<string, string>>;
  /** `web.1` -> nonce; absent = 0. Raised by a forced recreate. */
  readonly nonces: Readonly<Record<string, number>>;
}

/** A service or slot that an operator stopped. `key` is `web` or `web.2`. */
export interface Hold {
  readonly key: string;
  readonly reason: 'operator' | 'breaker';
  readonly since: EpochMs;
}

export type FailureClass =
  | 'app-exit'
  | 'oom'
  | 'unhealthy'
  | 'lost'
  | 'start-error'
  | 'image-network'
  | 'image-auth';

export interface Backoff {
  /** `web.2`, or the image reference for image classes. */
  readonly key: string;
  /** The container id (or digest) the failures belong to; another one starts from zero. */
  readonly subject: string;
  readonly class: FailureClass;
  readonly attempts: number;
  /** Epoch ms of the first failure of the present series. */
  readonly windowStart: EpochMs;
  readonly notBefore: EpochMs;
  /** Task number whose end is counted in `attempts`, so one exit is counted once. */
  readonly task?: number;
}

export interface Memo {
  readonly service: string;
  /** `recreate` hash of the definition that ran to exit 0. */
  readonly definition: string;
  readonly at: EpochMs;
}
