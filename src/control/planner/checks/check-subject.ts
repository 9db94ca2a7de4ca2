import type { ObservedContainer } from '../../../model/observed-state.ts';
import type { Plan, Step, StepKind, StepOf } from '../../../model/plan.ts';
import type { ServiceView, SlotView, StackView } from '../match-containers.ts';
import type { PlanInput } from '../plan-input.ts';

interface Place {
  readonly service: ServiceView;
  readonly slot: SlotView;
}

export interface CheckSubject {
  readonly plan: Plan;
  readonly input: PlanInput;
  readonly view: StackView;
  /** Observed containers by their ids. */
  readonly observed: ReadonlyMap<string, ObservedContainer>;
  /** Id of the wanted container -> the slot that shall hold it. */
  readonly targets: ReadonlyMap<string, Place>;
  /** `web.2` -> the slot. */
  readonly slots: ReadonlyMap<string, Place>;
  /** Container id -> id of the step that creates it. */
  readonly creations: ReadonlyMap<string, string>;
}

export type PlanCheck = (subject: CheckSubject) => readonly string[];

export function checkSubject(plan: Plan, input: PlanInput, view: StackView): CheckSubject {
  const places = view.services.flatMap((service) => service.slots.map((slot): Place => ({ service, slot })));
  return {
    plan,
    input,
    view,
    observed: new Map(input.observed.containers.map((container) => [container.spec.id, container])),
    targets: new Map(places.map((place) => [place.slot.spec.id, place])),
    slots: new Map(places.map((place) => [place.slot.key, place])),
    creations: new Map(stepsOf(plan, 'createContainer').map(({ id, args }) => [args.container, id])),
  };
}

export function stepsOf<Kind extends StepKind>(plan: Plan, kind: Kind): readonly StepOf<Kind>[] {
  return plan.steps.filter((step): step is Step & StepOf<Kind> => step.kind === kind);
}
