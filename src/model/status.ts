import type { EpochMs } from './brand.ts';
import type { DesiredState } from './desired-state.ts';
import type { ContainerPhase, ExitRecord, Health, PastProbe } from './observed-state.ts';
import type { Blocked } from './plan.ts';
import type { PublishedPort } from './stack.ts';

/** How a stack stands, derived anew from desired, observed and the plan; never stored. `tsorch ps -o json` prints it. */
export interface StackStatus {
  readonly stack: string;
  readonly revision: number;
  readonly wanted: DesiredState['wanted'];
  readonly state: StackState;
  readonly services: readonly ServiceStatus[];
  /** What concerns no service in particular. */
  readonly blocked: readonly Blocked[];
}

/**
 * - `converged`: all is as declared
 * - `progressing`: something is being done, or waited for
 * - `failed`: nothing more can be done before a person changes something
 * - `stopped`: as the operator wanted it
 * - `removed`: nothing is left
 */
export type StackState = 'converged' | 'progressing' | 'failed' | 'stopped' | 'removed';

export interface ServiceStatus {
  readonly name: string;
  readonly image: string;
  /** Slots that shall have a ready task. */
  readonly desired: number;
  readonly ready: number;
  /** A one-shot that ended with 0. */
  readonly done: boolean;
  /** Why none of its slots shall have a task: `stopped by the operator`. */
  readonly held?: string;
  readonly ports: readonly PublishedPort[];
  readonly blocked: readonly Blocked[];
  readonly containers: readonly ContainerStatus[];
}

export interface ContainerStatus {
  readonly id: string;
  /** `shop-web-1` */
  readonly name: string;
  readonly service: string;
  /** `web.1` */
  readonly slot: string;
  readonly image: string;
  /** Not what the current revision wants: it is being replaced or removed. */
  readonly outdated: boolean;
  readonly phase: ContainerPhase;
  readonly health: Health;
  readonly healthSince?: EpochMs;
  readonly task?: { readonly number: number; readonly startedAt: EpochMs; readonly pid?: number };
  readonly exit?: ExitRecord;
  readonly lastProbeOutput?: string;
  readonly probes?: readonly PastProbe[];
  readonly logBlocked?: string;
  /** Host name of the network -> addresses. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}
