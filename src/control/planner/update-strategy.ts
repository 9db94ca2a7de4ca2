import type { EpochMs } from '../../model/brand.ts';
import { isReady, readySince } from './container-condition.ts';
import { hasStaticAddress } from './container-steps.ts';
import type { ServiceView, SlotView } from './match-containers.ts';
import { blockWaiting, type Planning } from './planning.ts';
import type { Situation } from './situation.ts';

export interface SlotSituation {
  readonly slot: SlotView;
  readonly situation: Situation;
}

export type UpdateOrder = ServiceView['service']['update']['order'];

/** The order asked for, or stop-first where two tasks side by side would fight over something. */
export function updateOrder(planning: Planning, view: ServiceView): UpdateOrder {
  const { order } = view.service.update;
  if (order === 'stop-first') return order;
  const reason = sideBySideObstacle(view);
  if (reason === undefined) return order;
  planning.draft.note(`updates stop first: ${reason}`, view.name);
  return 'stop-first';
}

function sideBySideObstacle(view: ServiceView): string | undefined {
  if (hasStaticAddress(view)) return 'a static address cannot be held twice';
  if (view.service.network.kind === 'host') return 'two tasks cannot listen on the same port of the host';
  return undefined;
}

/**
 * Which of the slots that have to change may do so in this round.
 *
 * At most `parallelism` slots are on their way at a time (0 = no bound), and a group follows the one before it after
 * `delayMs`. A slot whose old task is not ready anyway is no loss and always goes.
 */
export function admitUpdates(
  planning: Planning,
  view: ServiceView,
  slots: readonly SlotSituation[],
): ReadonlySet<SlotView> {
  const { parallelism } = view.service.update;
  const pending = slots.filter(
    ({ situation }) => situation.kind === 'outdated' || situation.kind === 'renew',
  );
  const admitted = new Set(pending.filter(isFree).map(({ slot }) => slot));
  const bounded = pending.filter((entry) => !isFree(entry));
  if (bounded.length === 0) return admitted;
  const underWay = slots.filter(isUnderWay);
  const until = nextGroupAt(view, slots);
  const waiting = until !== undefined && until > planning.input.now;
  const budget = parallelism === 0 ? Number.POSITIVE_INFINITY : parallelism - underWay.length;
  for (const [index, { slot }] of bounded.entries()) {
    if (!waiting && index < budget) admitted.add(slot);
    else blockSlot(planning, slot, waiting ? { until } : { underWay });
  }
  return admitted;
}

function isFree({ situation, slot }: SlotSituation): boolean {
  if (situation.kind === 'outdated') return !isReady(situation.old);
  return situation.kind === 'renew' && slot.current !== undefined && !isReady(slot.current);
}

function isUnderWay(entry: SlotSituation): boolean {
  const { situation, slot } = entry;
  if (situation.kind === 'outdated' || situation.kind === 'renew') return isFree(entry);
  if (situation.kind === 'handover') return slot.current === undefined || !isReady(slot.current);
  return situation.kind === 'starting' || situation.kind === 'down';
}

/** When the group after the last one that became ready may go; undefined = none has. */
function nextGroupAt({ service }: ServiceView, slots: readonly SlotSituation[]): EpochMs | undefined {
  if (service.update.delayMs === 0) return undefined;
  const ready = slots.flatMap(({ slot: { current }, situation }) =>
    current !== undefined && situation.kind === 'settled' && isReady(current) ? [readySince(current)] : [],
  );
  return ready.length === 0 ? undefined : Math.max(...ready) + service.update.delayMs;
}

function blockSlot(
  planning: Planning,
  { key, slot: { service } }: SlotView,
  why: { readonly until: EpochMs } | { readonly underWay: readonly SlotSituation[] },
): void {
  const of = { service, target: key };
  if ('until' in why) {
    blockWaiting(planning, { ...of, reason: 'waits for the delay between groups', until: why.until });
    return;
  }
  const names = why.underWay.map(({ slot }) => slot.key);
  const reason = names.length > 0 ? `waits for ${names.join(', ')} to be ready` : 'waits for its turn';
  blockWaiting(planning, { ...of, reason });
}
