import { type Clearance, checkConditions } from './conditions.ts';
import { containerReference, removeReplaced } from './container-steps.ts';
import { diffSpecs } from './field-diff.ts';
import type { ServiceView, SlotView } from './match-containers.ts';
import { recordSuccess } from './one-shots.ts';
import type { Planning } from './planning.ts';
import { type Situation, situationOf } from './situation.ts';
import { planHandover, planRenewal, planReplacement } from './slot-replacement.ts';
import { planStart, type ServiceRound } from './slot-start.ts';
import { admitUpdates, type SlotSituation, updateOrder } from './update-strategy.ts';

/** Brings the slots of every service towards what is wanted, dependencies first. */
export function planServices(planning: Planning): void {
  for (const view of planning.view.services) {
    const wanted = view.slots.filter(({ held }) => held === undefined);
    const slots = wanted.map((slot) => ({ slot, situation: situationOf(planning, view, slot) }));
    const order = slots.some(isUpdate) ? updateOrder(planning, view) : view.service.update.order;
    const round = { planning, view, order, clearance: clearanceOnce(planning, view) };
    const admitted = admitUpdates(planning, view, slots);
    for (const { slot, situation } of slots) {
      updateLive(planning, view, slot);
      planSlot(round, slot, { situation, admitted: admitted.has(slot) });
    }
    recordSuccess(planning, view);
  }
}

function isUpdate({ situation: { kind } }: SlotSituation): boolean {
  return kind === 'outdated' || kind === 'handover';
}

/** Asking says in the plan what is waited for, hence only when a slot has something to start, and once. */
function clearanceOnce(planning: Planning, view: ServiceView): ServiceRound['clearance'] {
  const known = new Map<boolean, Clearance>();
  return (forUpdate) => {
    const obstacle = planning.obstacles.get(view.name);
    if (known.size === 0 && obstacle !== undefined) {
      planning.draft.block({ service: view.name, target: view.name, ...obstacle });
      known.set(true, undefined).set(false, undefined);
    }
    if (!known.has(forUpdate)) known.set(forUpdate, checkConditions(planning, view, forUpdate));
    return known.get(forUpdate);
  };
}

function planSlot(
  round: ServiceRound,
  slot: SlotView,
  { situation, admitted }: { readonly situation: Situation; readonly admitted: boolean },
): void {
  switch (situation.kind) {
    case 'settled':
      removeReplaced(round.planning, slot, []);
      return;
    case 'starting':
      return;
    case 'down':
      planStart(round, slot, situation.decision);
      return;
    case 'renew':
      if (admitted) planRenewal(round, slot, situation.causes);
      return;
    case 'outdated':
      if (admitted) planReplacement(round, slot, situation.old);
      return;
    case 'handover':
      planHandover(round, slot, situation.old);
  }
}

/** Changes that no process notices. */
function updateLive(planning: Planning, view: ServiceView, slot: SlotView): void {
  const { current, spec, key } = slot;
  if (current === undefined || current.phase === 'partial' || planning.removals.has(spec.id)) return;
  const { live, restart } = current.spec.hashes;
  if (live === spec.hashes.live && restart === spec.hashes.restart) return;
  const causes = diffSpecs(current.spec, spec, planning.input.ledger.tagKey);
  const touches = (field: string) =>
    causes.some((cause) => cause.kind === 'field' && cause.path.split('.')[0] === field);
  planning.draft.provide(`spec ${spec.id}`, {
    kind: 'updateContainer',
    target: key,
    service: view.name,
    args: {
      ...containerReference(slot),
      changed: (['resources', 'healthCheck', 'log'] as const).filter(touches),
    },
    causes,
    impact: 'live',
  });
}
