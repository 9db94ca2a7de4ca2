import type { Backoff } from '../../model/ledger.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Cause, ContainerReference, Impact } from '../../model/plan.ts';
import { isLive } from './container-condition.ts';
import type { ServiceView, SlotView } from './match-containers.ts';
import type { Planning } from './planning.ts';
import type { RestartDecision } from './restart-policy.ts';

/** What is one of a kind in a slot, so that two containers cannot have it at once, not even while neither runs. */
export function hasStaticAddress({ service: { network } }: ServiceView): boolean {
  return network.kind === 'networks' && network.attachments.some((entry) => entry.ipv4Address !== undefined);
}

export function containerReference({ spec, slot }: SlotView): ContainerReference {
  return { container: spec.id, slot, hashes: spec.hashes, nonce: spec.nonce };
}

/** Ids of the steps that make or complete the slot's container; none when all of it is there. */
export function ensureContainer(
  planning: Planning,
  view: ServiceView,
  slot: SlotView,
  why: { readonly causes: readonly Cause[]; readonly impact: Impact },
): readonly string[] {
  if (slot.current !== undefined && slot.current.phase !== 'partial') return [];
  const { draft } = planning;
  const { networks, volumes } = view.spec;
  const first = hasStaticAddress(view)
    ? slot.others.map((other) => removeContainer(planning, other, { causes: why.causes, after: [] }))
    : [];
  const id = draft.add({
    kind: 'createContainer',
    target: slot.key,
    service: view.name,
    args: containerReference(slot),
    after: [
      ...ensureImage(planning, view),
      ...draft.providers(
        ...Object.values(networks).map((name) => `network ${name}`),
        ...Object.values(volumes).map((name) => `volume ${name}`),
      ),
      ...first,
    ],
    ...why,
  });
  return [id];
}

function ensureImage({ input, draft }: Planning, { name, service, spec }: ServiceView): readonly string[] {
  const { manifest } = spec;
  if (input.observed.imagesReady.includes(manifest)) return [];
  const known = draft.providers(`image ${manifest}`);
  if (known.length > 0) return known;
  const request = {
    kind: 'pullImage',
    target: service.image,
    service: name,
    args: { reference: service.image, manifest },
    causes: [{ kind: 'missing', what: 'image' }],
    impact: 'none',
  } as const;
  return [draft.provide(`image ${manifest}`, request)];
}

/** Starts the next task of the slot's container. */
export function startTask(
  planning: Planning,
  slot: SlotView,
  of: {
    readonly decision: Extract<RestartDecision, { kind: 'start' }>;
    readonly after: readonly string[];
    readonly impact: Impact;
  },
): void {
  const { draft, starts } = planning;
  const { decision, after, impact } = of;
  const { service } = slot.slot;
  const record = decision.record === undefined ? [] : [recordBackoff(planning, slot, decision.record)];
  const step = draft.add({
    kind: 'startTask',
    target: slot.key,
    service,
    args: { container: slot.spec.id, task: decision.task },
    after: [...after, ...record],
    causes: decision.causes,
    impact,
  });
  if (!draft.isWithheld(step)) starts.set(slot.key, { container: slot.spec.id, step });
}

export function recordBackoff({ draft }: Planning, { key, slot }: SlotView, backoff: Backoff): string {
  const { class: failure, task } = backoff;
  return draft.add({
    kind: 'recordBackoff',
    target: key,
    service: slot.service,
    args: { backoff },
    causes: [{ kind: 'missing', what: `count of the end of task ${task} (${failure})` }],
    impact: 'none',
  });
}

/** Plans the removal of a container without a live task, once. */
export function removeContainer(
  { draft, removals }: Planning,
  container: ObservedContainer,
  why: { readonly causes: readonly Cause[]; readonly after: readonly string[] },
): string {
  const { id, slot } = container.spec;
  const known = removals.get(id);
  if (known !== undefined) return known;
  const step = draft.add({
    kind: 'removeContainer',
    target: `${slot.service}.${slot.ordinal}`,
    service: slot.service,
    args: { container: id },
    impact: 'remove',
    ...why,
  });
  removals.set(id, step);
  return step;
}

/** Older containers of the slot that nothing runs in any more: they go when the wanted one has come. */
export function removeReplaced(planning: Planning, slot: SlotView, after: readonly string[]): void {
  for (const other of slot.others)
    if (!isLive(other))
      removeContainer(planning, other, { causes: [{ kind: 'removed', what: 'replaced container' }], after });
}
