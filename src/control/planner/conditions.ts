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
    if (dependency.isDone || containersOf(slot).some(wasStarted)) continue;
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
  const { draft } = planning;
  const reason = `waits for ${service} to ${conditionWords[condition]}`;
  const why = hopelessness(planning, service, condition);
  if (why === undefined) {
    blockWaiting(planning, { service: name, target: name, reason, waitsFor: service });
    return;
  }
  const text = why.because === '' ? reason : `${reason}, which ${why.because}`;
  const hint = why.hint === undefined ? {} : { hint: why.hint };
  draft.block({ service: name, target: name, kind: 'stuck', reason: text, waitsFor: service, ...hint });
}

/** Why nothing that can be foreseen will make this dependency fulfil anything; undefined while it may. */
function hopelessness(
  planning: Planning,
  service: string,
  condition: Dependency['condition'],
): { readonly because: string; readonly hint?: string } | undefined {
  const dependency = findService(planning, service);
  if (dependency === undefined) return { because: 'is not known' };
  const isSick = dependency.slots.some(({ current }) => current?.health === 'unhealthy');
  if (isSick && condition === 'service_healthy') return { because: 'is unhealthy' };
  const held = dependency.slots.find((slot) => slot.held !== undefined)?.held;
  if (held !== undefined) return { because: `is ${held}`, hint: 'start it with `tsorch start`' };
  if (planning.draft.isStuck(service)) return { because: '' };
  const isWaiting = planning.draft.blocked.some((entry) => entry.service === service);
  const hasEnded = dependency.slots.every(
    ({ key, current }) => !planning.starts.has(key) && (dependency.isDone || current?.phase === 'exited'),
  );
  return hasEnded && !isWaiting ? { because: 'has ended' } : undefined;
}
