import type { EpochMs } from './brand.ts';
import type { ContainerSpec } from './container-spec.ts';
import type { Digest } from './digest.ts';
import type { Backoff, Memo } from './ledger.ts';
import type { HealthCheck, NetworkDefinition, PublishedPort, Resources, VolumeDefinition } from './stack.ts';

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

/** Step kind -> arguments. The step union and the map of handlers derive from this table, so neither can miss one. */
export interface StepArguments {
  readonly pullImage: { readonly reference: string; readonly manifest: Digest };
  readonly ensureNetwork: { readonly definition: NetworkDefinition; readonly subnet: string };
  readonly removeNetwork: { readonly network: string };
  readonly ensureVolume: { readonly definition: VolumeDefinition };
  readonly createContainer: { readonly spec: ContainerSpec };
  readonly startTask: { readonly container: string; readonly task: number };
  readonly updateContainer: {
    readonly container: string;
    readonly spec: ContainerSpec;
    readonly resources?: Resources;
    readonly healthCheck?: HealthCheck | null;
  };
  /** `ready` receive traffic on the ports and answer to the names; `all` answer to `tasks.<service>`. */
  readonly switchEndpoints: {
    readonly service: string;
    readonly ready: readonly string[];
    readonly all: readonly string[];
    readonly ports: readonly PublishedPort[];
    readonly digest: string;
  };
  readonly stopTask: { readonly container: string; readonly signal?: string; readonly graceMs: number };
  readonly removeContainer: { readonly container: string };
  /** Ledger writes are steps too: the journal shows them and the executor has no choice of its own. */
  readonly recordBackoff: { readonly backoff: Backoff };
  readonly clearBackoff: { readonly key: string };
  readonly recordMemo: { readonly memo: Memo };
  /** After the last container is gone: forgets the stack's desired state. Volumes stay. */
  readonly forgetStack: { readonly stack: string };
}

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

/** Why a step is there or cannot be. Values of environment variables are never shown: `from`/`to` hold a keyed tag. */
export type Cause =
  | { readonly kind: 'field'; readonly path: string; readonly from?: string; readonly to?: string }
  | { readonly kind: 'missing'; readonly what: string }
  | { readonly kind: 'exit'; readonly code: number; readonly oomKilled: boolean; readonly attempt: number }
  | { readonly kind: 'unhealthy'; readonly output?: string }
  | { readonly kind: 'dependency'; readonly service: string; readonly what: string }
  | { readonly kind: 'removed'; readonly what: string }
  | { readonly kind: 'operator'; readonly what: string }
  | { readonly kind: 'drift'; readonly what: string };

export interface Blocked {
  readonly service: string;
  readonly target: string;
  /** `kind` decides whether waiting can help: `wait` ends by itself, `stuck` needs a person. */
  readonly kind: 'wait' | 'stuck';
  /** Error code for `stuck` (model/error-code), e.g. `network.port-in-use`. */
  readonly code?: string;
  /** Lower case, no full stop: `waits for db to be healthy (starting, since 12 s)`. */
  readonly reason: string;
  readonly hint?: string;
  readonly until?: EpochMs;
}

export interface Note {
  readonly service?: string;
  readonly text: string;
}
