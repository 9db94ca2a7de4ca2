import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Cause, Impact } from '../../model/plan.ts';
import type { Clearance } from './conditions.ts';
import {
  ensureContainer,
  hasStaticAddress,
  recordBackoff,
  removeReplaced,
  startTask,
} from './container-steps.ts';
import { diffSpecs } from './field-diff.ts';
import type { ServiceView, SlotView } from './match-containers.ts';
import type { Planning } from './planning.ts';
import type { RestartDecision } from './restart-policy.ts';
import { blockBackoff, blockFailed } from './slot-blocks.ts';
import type { UpdateOrder } from './update-strategy.ts';

/** What the slots of one service share while they are planned. */
export interface ServiceRound {
  readonly planning: Planning;
  readonly view: ServiceView;
  readonly order: UpdateOrder;
  /** Whether something may be started; `forUpdate` as in `checkConditions`. */
  readonly clearance: (forUpdate: boolean) => Clearance;
}

/** A slot where nothing runs: makes the container where it is missing, and starts its next task when that may be. */
export function planStart(round: ServiceRound, slot: SlotView, decision: RestartDecision): void {
  const { planning, view, clearance } = round;
  if (decision.kind === 'rest') {
    blockFailed(planning, slot);
    return;
  }
  if (decision.kind === 'wait') {
    if (decision.record !== undefined) recordBackoff(planning, slot, decision.record);
    blockBackoff(planning, slot, decision);
    return;
  }
  const isNew = slot.current === undefined;
  if (isNew && planning.obstacles.has(view.name)) {
    clearance(true);
    return;
  }
  const why = { causes: startCauses(planning, slot, decision.causes), impact: startImpact(slot) };
  const created = ensureContainer(planning, view, slot, why);
  const cleared = clearance(isNew);
  if (cleared !== undefined) {
    const after = [...created, ...cleared.after, ...planning.draft.providers(`spec ${slot.spec.id}`)];
    startTask(planning, slot, { decision: { ...decision, causes: why.causes }, after, impact: why.impact });
  }
  const start = planning.starts.get(slot.key);
  if (!hasStaticAddress(view)) removeReplaced(planning, slot, start === undefined ? created : [start.step]);
}

/** The first task of a container that takes the place of another one has the reasons of the replacement. */
function startCauses({ input }: Planning, slot: SlotView, own: readonly Cause[]): readonly Cause[] {
  const [replaced] = slot.others;
  return isUntouched(slot.current) && replaced !== undefined
    ? diffSpecs(replaced.spec, slot.spec, input.ledger.tagKey)
    : own;
}

function startImpact({ current, others }: SlotView): Impact {
  if (!isUntouched(current)) return 'restart';
  return others.length > 0 ? 'recreate' : 'create';
}

function isUntouched(current: ObservedContainer | undefined): boolean {
  return current === undefined || current.phase === 'created' || current.phase === 'partial';
}
