import type { EpochMs } from './brand.ts';

/** One line of the node's history. Every event names the one that brought it about, where there is one. */
export interface NewEvent {
  readonly stack: string;
  /** `web.2`, `web`, a network ...; empty for the stack itself. */
  readonly key: string;
  /** `applied`, `step-done`, `step-failed`, `task-exited`, `health`, `blocked`, `converged` ... */
  readonly type: string;
  /** For people; no secret values. */
  readonly message: string;
  readonly causeSeq?: number;
  readonly data?: object;
}

export interface NodeEvent extends NewEvent {
  /** Rises by one or more. */
  readonly seq: number;
  readonly at: EpochMs;
  readonly bootId: string;
}
