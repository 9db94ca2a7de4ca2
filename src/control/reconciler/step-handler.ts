import type { ContainerDriver } from '../../engine/containers/container-driver.ts';
import type { ImageStore } from '../../engine/images/image-store.ts';
import type { NetworkDriver } from '../../engine/network/network-driver.ts';
import type { VolumeDriver } from '../../engine/volumes/volume-driver.ts';
import type { DesiredState } from '../../model/desired-state.ts';
import type { StepArguments, StepKind, StepOf } from '../../model/plan.ts';
import type { LedgerStore } from '../../state/ledger-store.ts';
import type { StackStore } from '../../state/stack-store.ts';

/** The parts of the node that steps act on. */
export interface Engine {
  readonly images: ImageStore;
  readonly containers: ContainerDriver;
  readonly network: NetworkDriver;
  readonly volumes: VolumeDriver;
}

export interface StepContext {
  readonly desired: DesiredState;
  readonly engine: Engine;
  readonly ledger: LedgerStore;
  readonly stacks: StackStore;
  /** Ends the waiting of the step; what it has begun may still happen. */
  readonly signal: AbortSignal;
}

/** Carries one step out. Idempotent, and without a choice of its own: the step says everything. */
export type StepHandler<Kind extends StepKind> = (
  args: StepArguments[Kind],
  context: StepContext,
  step: StepOf<Kind>,
) => Promise<void>;
