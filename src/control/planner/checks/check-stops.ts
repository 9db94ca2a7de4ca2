import { serviceKey, slotName } from '../../../model/identity.ts';
import type { ObservedContainer } from '../../../model/observed-state.ts';
import type { StepOf } from '../../../model/plan.ts';
import { isLive, isReady } from '../container-condition.ts';
import type { ServiceView, SlotView } from '../match-containers.ts';
import { type CheckSubject, type PlanCheck, stepsOf } from './check-subject.ts';

type Stop = StepOf<'stopTask'>;

/** No task ends in vain, under traffic, or together with too many others of its service. */
export const checkStops: PlanCheck = (subject) => [
  ...stepsOf(subject.plan, 'stopTask').flatMap((stop) => {
    const container = subject.observed.get(stop.args.container);
    if (container === undefined || !isLive(container)) return [`stops ${stop.target}, which does not run`];
    return [...checkTraffic(subject, stop, container), ...checkReplacement(subject, stop, container)];
  }),
  ...subject.view.services.flatMap((service) => checkParallelism(subject, service)),
];

function checkTraffic(
  { plan, input }: CheckSubject,
  stop: Stop,
  { spec }: ObservedContainer,
): readonly string[] {
  const { service } = spec.slot;
  const change = stepsOf(plan, 'switchEndpoints').find(({ args }) => args.service === service);
  if (change === undefined) {
    const present = input.observed.endpoints[serviceKey(plan.stack, service)]?.ready ?? [];
    return present.includes(spec.id) ? [`stops ${stop.target}, which is in the traffic`] : [];
  }
  if (change.args.all.includes(spec.id)) return [`stops ${stop.target} and directs traffic to it`];
  const container = input.observed.containers.find((candidate) => candidate.spec.id === spec.id);
  const mustWait = container !== undefined && isReady(container);
  return mustWait && !stop.after.includes(change.id)
    ? [`stops ${stop.target} before it is out of the traffic`]
    : [];
}

/** An old task ends only when the new one is ready (start-first), or at least can be started (stop-first). */
function checkReplacement(
  subject: CheckSubject,
  stop: Stop,
  container: ObservedContainer,
): readonly string[] {
  const found = subject.slots.get(slotName(container.spec.slot));
  if (found === undefined || found.slot.held !== undefined || found.service.isDone) return [];
  if (!isReady(container) || isPinned(subject, found.service, container)) return [];
  const { current, spec, key } = found.slot;
  if (current === container || (current !== undefined && isReady(current))) return [];
  if (found.service.service.update.order === 'start-first' && found.service.service.network.kind !== 'host')
    return [`stops the old ${key} before the new one is ready`];
  if (current !== undefined && current.phase !== 'partial') return [];
  const created = subject.creations.get(spec.id);
  return created !== undefined && stop.after.includes(created)
    ? []
    : [`stops the old ${key} before the new one is there`];
}

/** Its address, or its network, must be free before anything else can be made. */
function isPinned({ input }: CheckSubject, { service }: ServiceView, { spec }: ObservedContainer): boolean {
  if (service.network.kind === 'networks' && service.network.attachments.some((entry) => entry.ipv4Address))
    return true;
  return Object.entries(spec.networks).some(([key, name]) => {
    const definition = input.desired.stack.networks[key];
    const present = input.observed.networks.find((network) => network.name === name);
    if (definition === undefined || present === undefined || definition.external) return false;
    const { subnet = present.subnet, gateway = present.gateway, internal } = definition;
    return subnet !== present.subnet || gateway !== present.gateway || internal !== present.internal;
  });
}

function checkParallelism(subject: CheckSubject, view: ServiceView): readonly string[] {
  const { parallelism } = view.service.update;
  if (parallelism === 0) return [];
  const ended = new Set(stepsOf(subject.plan, 'stopTask').map(({ args }) => String(args.container)));
  const up = view.slots.filter(({ held }) => held === undefined);
  const lost = up.filter((slot) => losesReadiness(slot, ended) && !slotIsPinned(subject, view, slot));
  const waiting = up.filter((slot) => slot.current !== undefined && isLive(slot.current) && !hasReady(slot));
  return lost.length > 0 && lost.length + waiting.length > parallelism
    ? [`takes ${lost.length} replicas of ${view.name} away at once`]
    : [];
}

function slotIsPinned(subject: CheckSubject, view: ServiceView, { others, current }: SlotView): boolean {
  return [...others, ...(current === undefined ? [] : [current])].some((container) =>
    isPinned({ ...subject }, { ...view, service: { ...view.service, network: { kind: 'none' } } }, container),
  );
}

function hasReady({ current, others }: SlotView): boolean {
  return (current !== undefined && isReady(current)) || others.some((other) => isReady(other));
}

function losesReadiness(slot: SlotView, ended: ReadonlySet<string>): boolean {
  const ready = [...slot.others, ...(slot.current === undefined ? [] : [slot.current])].filter(isReady);
  return ready.length > 0 && ready.every(({ spec }) => ended.has(spec.id));
}
