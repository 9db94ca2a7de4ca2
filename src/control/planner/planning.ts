import type { EpochMs } from '../../model/brand.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Cause, Impact } from '../../model/plan.ts';
import type { Service } from '../../model/stack.ts';
import type { ServiceView, SlotView, StackView } from './match-containers.ts';
import type { PlanDraft } from './plan-draft.ts';
import type { PlanInput } from './plan-input.ts';

/** What the passes hand to each other. */
export interface Planning {
  readonly input: PlanInput;
  readonly view: StackView;
  readonly draft: PlanDraft;
  /** Service -> why nothing new may be started for it. */
  readonly obstacles: Map<string, Obstacle>;
  /** Host names of networks that are there, but not as they shall be. */
  readonly outdatedNetworks: Set<string>;
  /** Container id -> a live task that this plan ends. */
  readonly departures: Map<string, Departure>;
  /** Container id -> id of the step that removes it. */
  readonly removals: Map<string, string>;
  /** Slot (`web.2`) -> the task that this plan starts in it. */
  readonly starts: Map<string, { readonly container: string; readonly step: string }>;
}

/** Something the service needs and the node cannot give. */
export interface Obstacle {
  readonly kind: 'wait' | 'stuck';
  readonly code?: ErrorCode;
  readonly reason: string;
  readonly hint?: string;
}

export interface Departure {
  readonly container: ObservedContainer;
  /** Whose signal and grace period count: the desired service's, or the container's own where that is gone. */
  readonly service: Service;
  /** `web.2` */
  readonly key: string;
  readonly causes: readonly Cause[];
  readonly impact: Impact;
  /** Steps that must have succeeded before, so that nothing is ended in vain. */
  readonly after: readonly string[];
}

export function depart(planning: Planning, departure: Departure): void {
  const { id } = departure.container.spec;
  if (!planning.departures.has(id)) planning.departures.set(id, departure);
}

/** The containers of a slot, the wanted one first. */
export function containersOf({ current, others }: SlotView): readonly ObservedContainer[] {
  return current === undefined ? others : [current, ...others];
}

export function findService({ view }: Planning, name: string): ServiceView | undefined {
  return view.byName.get(name);
}

/** Says that this service waits; `target` is a slot or the service itself. */
export function blockWaiting(
  { draft }: Planning,
  of: {
    readonly service: string;
    readonly target: string;
    readonly reason: string;
    readonly until?: EpochMs;
    readonly waitsFor?: string;
  },
): void {
  draft.block({ kind: 'wait', ...of });
}
