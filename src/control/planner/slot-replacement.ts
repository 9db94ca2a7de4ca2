import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Cause } from '../../model/plan.ts';
import { isReady } from './container-condition.ts';
import { ensureContainer, hasStaticAddress, removeReplaced, startTask } from './container-steps.ts';
import { diffSpecs } from './field-diff.ts';
import type { SlotView } from './match-containers.ts';
import { blockWaiting, depart } from './planning.ts';
import { situationOf } from './situation.ts';
import { planStart, type ServiceRound } from './slot-start.ts';

/** Ends the task; the next round, which sees it ended, starts another one in the same container. */
export function planRenewal(round: ServiceRound, slot: SlotView, causes: readonly Cause[]): void {
  const { planning, view, clearance } = round;
  const { current: container, key, spec } = slot;
  if (container === undefined || clearance(false) === undefined) return;
  const after = planning.draft.providers(`spec ${spec.id}`);
  depart(planning, { container, service: view.service, key, causes, impact: 'restart', after });
}

/**
 * Makes the new container beside the one that runs; then, by the order, starts it, or first ends the old task. Nothing is
 * ended unless the new one could start.
 */
export function planReplacement(round: ServiceRound, slot: SlotView, old: ObservedContainer): void {
  const { planning, view, order, clearance } = round;
  const causes = diffSpecs(old.spec, slot.spec, planning.input.ledger.tagKey);
  const departure = { container: old, service: old.spec.definition, key: slot.key, causes } as const;
  if (view.isDone) {
    depart(planning, { ...departure, impact: 'remove', after: [] });
    return;
  }
  const cleared = clearance(true);
  if (cleared === undefined) return;
  if (hasStaticAddress(view)) {
    depart(planning, { ...departure, impact: 'recreate', after: [] });
    return;
  }
  const created = ensureContainer(planning, view, slot, { causes, impact: 'recreate' });
  if (created.some((step) => planning.draft.isWithheld(step))) return;
  if (order === 'stop-first') depart(planning, { ...departure, impact: 'recreate', after: created });
  else startCandidate(round, slot, { causes, after: [...created, ...cleared.after] });
}

function startCandidate(
  round: ServiceRound,
  slot: SlotView,
  { causes, after }: { readonly causes: readonly Cause[]; readonly after: readonly string[] },
): void {
  const { planning, view } = round;
  const alone = { ...slot, others: [] };
  const situation = situationOf(planning, view, alone);
  if (situation.kind !== 'down') return;
  if (situation.decision.kind !== 'start') planStart(round, alone, situation.decision);
  else startTask(planning, slot, { decision: { ...situation.decision, causes }, after, impact: 'recreate' });
}

/** Start-first: the old task ends when the new one is ready. */
export function planHandover({ planning, view }: ServiceRound, slot: SlotView, old: ObservedContainer): void {
  const { current, key } = slot;
  if (current === undefined || !isReady(current)) {
    blockWaiting(planning, {
      service: view.name,
      target: key,
      reason: `waits for the new ${key} to be ready`,
    });
    return;
  }
  const causes = diffSpecs(old.spec, slot.spec, planning.input.ledger.tagKey);
  depart(planning, {
    container: old,
    service: old.spec.definition,
    key,
    causes,
    impact: 'recreate',
    after: [],
  });
  removeReplaced(planning, slot, []);
}
