import { slotName } from '../../../model/identity.ts';
import type { ObservedContainer } from '../../../model/observed-state.ts';
import type { Plan, Step, StepKind, StepOf } from '../../../model/plan.ts';
import type { ServiceView, SlotView, StackView } from '../match-containers.ts';
import type { PlanInput } from '../plan-input.ts';

export interface CheckSubject {
  readonly plan: Plan;
  readonly input: PlanInput;
  readonly view: StackView;
}

export type PlanCheck = (subject: CheckSubject) => readonly string[];

export function stepsOf<Kind extends StepKind>(plan: Plan, kind: Kind): readonly StepOf<Kind>[] {
  return plan.steps.filter((step): step is Step & StepOf<Kind> => step.kind === kind);
}

export function findObserved({ input }: CheckSubject, id: string): ObservedContainer | undefined {
  return input.observed.containers.find(({ spec }) => spec.id === id);
}

/** The slot that shall hold this container, with its service. */
export function findTarget(
  { view }: CheckSubject,
  id: string,
): { readonly service: ServiceView; readonly slot: SlotView } | undefined {
  for (const service of view.services)
    for (const slot of service.slots) if (slot.spec.id === id) return { service, slot };
  return undefined;
}

/** The desired slot that this container fills, wanted or outdated. */
export function findSlot(
  { view }: CheckSubject,
  { spec }: ObservedContainer,
): { readonly service: ServiceView; readonly slot: SlotView } | undefined {
  const key = slotName(spec.slot);
  for (const service of view.services)
    for (const slot of service.slots) if (slot.key === key) return { service, slot };
  return undefined;
}
