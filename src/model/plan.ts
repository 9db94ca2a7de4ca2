import type { EpochMs } from './brand.ts';
import type { SpecHashes } from './change-class.ts';
import type { Digest } from './digest.ts';
import type { ErrorCode } from './error-code.ts';
import type { ContainerId, Slot } from './identity.ts';
import type { Backoff, Memo } from './ledger.ts';
import type { NetworkDefinition, PublishedPort, VolumeDefinition } from './stack.ts';

/** What a round would do and why; plain JSON, the same bytes for the same input. `schemas/plan.schema.json` */
export interface Plan {
  readonly stack: string;
  /** The world it was made for; refused when that has moved. */
  readonly basis: { readonly revision: Digest; readonly observed: Digest; readonly ledgerSequence: number };
  /** A directed acyclic graph in a stable order: what a step names in `after` stands before it. */
  readonly steps: readonly Step[];
  readonly blocked: readonly Blocked[];
  readonly notes: readonly Note[];
  /** The earliest time at which the same facts would give another plan. */
  readonly recheckAt?: EpochMs;
}

/**
 * Step kind -> arguments. The step union and the map of handlers derive from this table, so neither can miss one.
 * Arguments name containers by ids and hashes: definitions hold secrets, and the executor derives the same ones.
 */
export interface StepArguments {
  readonly pullImage: { readonly reference: string; readonly manifest: Digest };
  readonly ensureNetwork: { readonly definition: NetworkDefinition; readonly subnet: string };
  readonly removeNetwork: { readonly network: string };
  readonly ensureVolume: { readonly definition: VolumeDefinition };
  /** Makes or completes all parts of the slot's container; no task runs afterwards. */
  readonly createContainer: ContainerReference;
  readonly startTask: { readonly container: ContainerId; readonly task: number };
  /** `changed`: what the running task's surroundings must be told; the container's spec is replaced in any case. */
  readonly updateContainer: ContainerReference & { readonly changed: readonly LiveField[] };
  /** `ready` receive traffic on the ports and answer to the names; `all` answer to `tasks.<service>` and their own names. */
  readonly switchEndpoints: {
    readonly service: string;
    readonly ready: readonly ContainerId[];
    readonly all: readonly ContainerId[];
    readonly ports: readonly PublishedPort[];
    /** Over the whole effect, addresses included; '' = the service has nothing any more. */
    readonly digest: string;
  };
  /** `signal` absent = as the image says. After `graceMs` everything in the container is killed. */
  readonly stopTask: {
    readonly container: ContainerId;
    readonly task: number;
    readonly signal?: string;
    readonly graceMs: number;
  };
  readonly removeContainer: { readonly container: ContainerId };
  /** Ledger writes are steps too: the journal shows them and the executor has no choice of its own. */
  readonly recordBackoff: { readonly backoff: Backoff };
  readonly recordMemo: { readonly memo: Memo };
  /** After the last container is gone: forgets the stack's desired state. Volumes stay. */
  readonly forgetStack: { readonly stack: string };
}

/** Which container a slot shall hold; its spec is derived from the desired state and must have these hashes. */
export interface ContainerReference {
  readonly container: ContainerId;
  readonly slot: Slot;
  readonly hashes: SpecHashes;
  readonly nonce: number;
}

export type LiveField = 'resources' | 'healthCheck' | 'log';

export type StepKind = keyof StepArguments;

export type Step = { readonly [Kind in StepKind]: StepOf<Kind> }[StepKind];

export interface StepOf<Kind extends StepKind> {
  /** Hash of kind, target and arguments: same situation, same id. */
  readonly id: string;
  readonly kind: Kind;
  /** For people and journal: `web.2`, `shop_default`, an image reference. */
  readonly target: string;
  /** Service it belongs to, where there is one: the plan is shown grouped by it. */
  readonly service?: string;
  readonly args: StepArguments[Kind];
  /** Ids of steps that must have succeeded before. */
  readonly after: readonly string[];
  readonly causes: readonly Cause[];
  readonly impact: Impact;
}

export type Impact = 'none' | 'live' | 'restart' | 'recreate' | 'create' | 'remove';

/** Why a step is there. Values of environment variables are never shown: `from` and `to` hold a keyed tag. */
export type Cause =
  | { readonly kind: 'field'; readonly path: string; readonly from?: string; readonly to?: string }
  | { readonly kind: 'missing'; readonly what: string }
  | { readonly kind: 'exit'; readonly code: number; readonly oomKilled: boolean; readonly attempt: number }
  | { readonly kind: 'unhealthy'; readonly output?: string }
  | { readonly kind: 'dependency'; readonly service: string; readonly what: string }
  | { readonly kind: 'removed'; readonly what: string }
  | { readonly kind: 'operator'; readonly what: string }
  | { readonly kind: 'drift'; readonly what: string };

/** What cannot go on now. */
export interface Blocked {
  /** '' = the stack as a whole. */
  readonly service: string;
  readonly target: string;
  /** `kind` decides whether waiting can help: `wait` ends by itself, `stuck` needs a person. */
  readonly kind: 'wait' | 'stuck';
  readonly code?: ErrorCode;
  /** Lower case, no full stop: `waits for db to be healthy`. */
  readonly reason: string;
  readonly hint?: string;
  /** Service it waits for. */
  readonly waitsFor?: string;
  /** Looked at again, or tried again, at that time without anything else happening. */
  readonly until?: EpochMs;
}

export interface Note {
  readonly service?: string;
  readonly text: string;
}
