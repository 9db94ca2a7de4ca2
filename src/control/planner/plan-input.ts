import type { EpochMs } from '../../model/brand.ts';
import type { DesiredState } from '../../model/desired-state.ts';
import type { Ledger } from '../../model/ledger.ts';
import type { ObservedState } from '../../model/observed-state.ts';

/** All that a plan depends on. */
export interface PlanInput {
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly ledger: Ledger;
  readonly now: EpochMs;
}
