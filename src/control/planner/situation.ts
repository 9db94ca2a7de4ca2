import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Cause } from '../../model/plan.ts';
import { isCompleted } from './conditions.ts';
import { isComingUp, isLive, isReady, readySince } from './container-condition.ts';
import { diffSpecs } from './field-diff.ts';
import type { ServiceView, SlotView } from './match-containers.ts';
import { findService, type Planning } from './planning.ts';
import { decideRestart, nextTask, type RestartDecision } from './restart-policy.ts';

/**
 * How a slot that shall be up stands:
 *
 * - `settled`: as wanted; its container is ready, or rests as its policy says, or was paused, or has done its work
 * - `starting`: the wanted container's task runs and is not ready yet, or is just ending
 * - `down`: nothing runs; `decision` says what becomes of that
 * - `renew`: the wanted container's task runs, and another task must follow it
 * - `outdated`: only a container with an older definition runs
 * - `handover`: both run
 */
export type Situation =
  | { readonly kind: 'settled' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'down'; readonly decision: RestartDecision }
  | { readonly kind: 'renew'; readonly causes: readonly Cause[] }
  | { readonly kind: 'outdated' | 'handover'; readonly old: ObservedContainer };

export function situationOf(planning: Planning, view: ServiceView, slot: SlotView): Situation {
  const old = slot.others.find(isLive);
  const { current } = slot;
  if (current === undefined || !isLive(current)) {
    if (old !== undefined) return { kind: 'outdated', old };
    return restingOrDown(planning, view, slot);
  }
  if (old !== undefined) return { kind: 'handover', old };
  if (current.phase === 'stopping') return { kind: 'starting' };
  const causes = renewalCauses(planning, view, slot, current);
  if (causes.length > 0) return { kind: 'renew', causes };
  return isComingUp(current) ? { kind: 'starting' } : { kind: 'settled' };
}

function restingOrDown({ input }: Planning, view: ServiceView, slot: SlotView): Situation {
  const { current, backoff, key, renewal } = slot;
  if (view.isDone) return { kind: 'settled' };
  if (current === undefined) {
    const task = nextTask(undefined, { renewal, backoff });
    return {
      kind: 'down',
      decision: { kind: 'start', task, causes: [{ kind: 'missing', what: 'container' }] },
    };
  }
  const { isOneShot, service } = view;
  const decision = decideRestart(current, {
    key,
    policy: service.restart,
    backoff,
    renewal,
    isOneShot,
    now: input.now,
  });
  if (decision.kind === 'rest' && !decision.failed) return { kind: 'settled' };
  return { kind: 'down', decision };
}

/** Why a running task must be followed by another one in the same container. */
function renewalCauses(
  planning: Planning,
  view: ServiceView,
  slot: SlotView,
  current: ObservedContainer,
): readonly Cause[] {
  const { ledger } = planning.input;
  if ((current.task?.number ?? 0) <= slot.renewal) return [{ kind: 'operator', what: 'restart' }];
  if (current.spec.hashes.restart !== slot.spec.hashes.restart)
    return diffSpecs(current.spec, slot.spec, ledger.tagKey);
  return dependencyRestart(planning, view, current);
}

/** `restart: true`: all of a dependency has been started anew since this task was, and fulfils its condition. */
function dependencyRestart(
  planning: Planning,
  { service }: ServiceView,
  { task }: ObservedContainer,
): readonly Cause[] {
  const startedAt = task?.startedAt ?? 0;
  for (const edge of service.dependsOn) {
    const dependency = edge.restart ? findService(planning, edge.service) : undefined;
    if (dependency === undefined || dependency.slots.length === 0) continue;
    if (edge.condition === 'service_completed_successfully' && isCompleted(dependency)) continue;
    if (dependency.slots.every((slot) => isNewer(slot, startedAt, planning.input.now)))
      return [{ kind: 'dependency', service: edge.service, what: 'restarted' }];
  }
  return [];
}

/** A start in the future comes from a clock that was set back since: believing it would restart for ever. */
function isNewer({ current }: SlotView, startedAt: number, now: number): boolean {
  if (current?.task === undefined || !isReady(current)) return false;
  return current.task.startedAt > startedAt && readySince(current) <= now;
}
