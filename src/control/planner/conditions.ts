import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Dependency } from '../../model/stack.ts';
import { hasSucceeded, isReady, wasStarted } from './container-condition.ts';
import type { ServiceView, SlotView } from './match-containers.ts';
import { blockWaiting, containersOf, findService, type Planning } from './planning.ts';

/** Whether a service may start, and after which steps of this plan; undefined = it must wait, and the plan says for what. */
export type Clearance = { readonly after: readonly string[] } | undefined;

/**
 * Checks all that a service depends on.
 *
 * @param forUpdate  a new definition waits for the new definitions of what it depends on; a mere restart is content with
 *   whichever container of them fulfils the condition
 */
export function checkConditions(planning: Planning, view: ServiceView, forUpdate: boolean): Clearance {
  const after: string[] = [];
  let unmet = false;
  for (const edge of view.service.dependsOn) {
    const dependency = findService(planning, edge.service);
    if (dependency === undefined && !edge.required) continue;
    const met = dependency === undefined ? undefined : satisfiedBy(planning, edge, dependency, forUpdate);
    if (met === undefined) {
      unmet = true;
      blockOn(planning, view, edge);
    } else after.push(...met);
  }
  return unmet ? undefined : { after };
}

/** Ids of steps that will have brought the condition about, none when it holds already, undefined when it cannot hold yet. */
function satisfiedBy(
  planning: Planning,
  { condition }: Dependency,
  dependency: ServiceView,
  forUpdate: boolean,
): readonly string[] | undefined {
  const { slots } = dependency;
  if (condition === 'service_completed_successfully') return isCompleted(dependency) ? [] : undefined;
  if (slots.some(({ held }) => held !== undefined)) return undefined;
  if (condition === 'service_healthy') {
    const stays = (container: ObservedContainer) =>
      isReady(container) && !planning.departures.has(container.spec.id);
    const ready = (slot: SlotView) =>
      forUpdate
        ? slot.current !== undefined && stays(slot.current)
        : containersOf(slot).some((container) => stays(container));
    return slots.every(ready) ? [] : undefined;
  }
  const after: string[] = [];
  for (const slot of slots) {
    const start = planning.starts.get(slot.key);
    if (containersOf(slot).some(wasStarted)) continue;
    if (start === undefined) return undefined;
    after.push(start.step);
  }
  return after;
}

export function isCompleted({ isDone, slots }: ServiceView): boolean {
  return (
    isDone || slots.every(({ current, renewal }) => current !== undefined && hasSucceeded(current, renewal))
  );
}

const conditionWords: Readonly<Record<Dependency['condition'], string>> = {
  service_started: 'be started',
  service_healthy: 'be healthy',
  service_completed_successfully: 'complete',
};

/** What waits for something stuck is stuck itself: only then can a caller stop waiting for the stack. */
function blockOn(planning: Planning, { name }: ServiceView, { service, condition }: Dependency): void {
  const reason = `waits for ${service} to ${conditionWords[condition]}`;
  const dependency = findService(planning, service);
  const held = dependency?.slots.find(({ held }) => held !== undefined)?.held;
  if (held !== undefined)
    planning.draft.block({
      service: name,
      target: name,
      kind: 'stuck',
      reason: `${reason}, which is ${held}`,
      hint: `start it with \`tsorch start\``,
      waitsFor: service,
    });
  else if (planning.draft.isStuck(service))
    planning.draft.block({ service: name, target: name, kind: 'stuck', reason, waitsFor: service });
  else blockWaiting(planning, { service: name, target: name, reason, waitsFor: service });
}
