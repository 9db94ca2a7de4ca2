import { canonicalHash } from '../../model/canonical-json.ts';
import { type ServiceKey, serviceKey } from '../../model/identity.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Cause, StepArguments } from '../../model/plan.ts';
import { isLive, isReady } from './container-condition.ts';
import type { ServiceView } from './match-containers.ts';
import { containersOf, type Planning } from './planning.ts';

type EndpointArguments = StepArguments['switchEndpoints'];

/**
 * Who receives traffic on a service's ports and answers to its names.
 *
 * The ready containers, without those whose task this plan ends. When none is ready, all that run: members of a cluster
 * must find each other before any of them can be ready, and a refused connection helps nobody.
 */
export function planTraffic(planning: Planning): void {
  const { input, view } = planning;
  const stack = input.desired.stack.name;
  const known = new Set<string>();
  for (const service of view.services) {
    known.add(serviceKey(stack, service.name));
    planEndpoints(planning, service);
  }
  const unresolved = view.unresolved.map(({ name }) => serviceKey(stack, name));
  for (const key of Object.keys(input.observed.endpoints).sort()) {
    if (known.has(key) || unresolved.includes(key as ServiceKey) || !key.startsWith(`${stack}/`)) continue;
    switchTo(planning, endpointsOf(key.slice(stack.length + 1), []), [{ kind: 'removed', what: 'service' }]);
  }
}

function planEndpoints(planning: Planning, view: ServiceView): void {
  const { input, starts, obstacles, draft } = planning;
  const present = input.observed.endpoints[serviceKey(input.desired.stack.name, view.name)]?.digest ?? '';
  const staying = view.slots.flatMap(containersOf).filter(({ spec }) => !planning.departures.has(spec.id));
  const live = staying.filter((container) => isLive(container) && container.phase !== 'stopping');
  const wanted = endpointsOf(view.name, live, view);
  if (wanted.digest === present) return;
  // A task that ended and is started again in the same round keeps its addresses: no need to switch to and fro.
  const coming = new Set([...starts.values()].map(({ container }) => container));
  const back = staying.filter((container) => live.includes(container) || coming.has(container.spec.id));
  if (endpointsOf(view.name, back.map(asRunning), view).digest === present) return;
  if (obstacles.get(view.name)?.code === 'network.port-in-use' && wanted.ports.length > 0) return;
  const step = switchTo(planning, wanted, [{ kind: 'drift', what: 'endpoints' }]);
  if (wanted.ports.length === 0) return;
  // The ports are the service's before its first task runs, or that task does not run.
  for (const slot of view.slots) {
    const start = starts.get(slot.key);
    if (start !== undefined) draft.order(start.step, [step]);
  }
}

function asRunning(container: ObservedContainer): ObservedContainer {
  if (isLive(container)) return container;
  return { ...container, phase: 'running', health: container.health === 'none' ? 'none' : 'starting' };
}

function switchTo(
  { draft, departures }: Planning,
  args: EndpointArguments,
  causes: readonly Cause[],
): string {
  const { service } = args;
  // What leaves stays in the traffic until the steps that its end waits for have succeeded.
  const leaving = [...departures.values()].filter(({ container }) => container.spec.slot.service === service);
  const after = [
    ...args.all.flatMap((id) => draft.providers(`spec ${id}`)),
    ...leaving.flatMap((departure) => departure.after),
  ];
  const request = {
    kind: 'switchEndpoints',
    target: service,
    service,
    args,
    after,
    causes,
    impact: 'live',
  } as const;
  return draft.provide(`endpoints ${service}`, request);
}

/** Without a view: the service has gone, and all its endpoints with it. */
function endpointsOf(
  service: string,
  live: readonly ObservedContainer[],
  view?: ServiceView,
): EndpointArguments {
  const isUp = view?.service.network.kind === 'networks' && wantsTraffic(view);
  if (!isUp) return { service, ready: [], all: [], ports: [], digest: '' };
  const ready = live.filter(isReady);
  const serving = ready.length > 0 ? ready : live;
  const { ports } = view.service;
  const all = live.map(({ spec }) => spec.id);
  const args = { service, ready: serving.map(({ spec }) => spec.id), all, ports };
  if (ports.length === 0 && all.length === 0) return { ...args, digest: '' };
  const addresses = live.map(({ spec, addresses: byNetwork }) => [spec.id, spec.name, byNetwork]);
  return { ...args, digest: canonicalHash([args, addresses, view.service.network]) };
}

/** A service that is held, scaled to none or done gives its ports back. */
function wantsTraffic({ slots, isDone }: ServiceView): boolean {
  return slots.some((slot) => slot.held === undefined && (!isDone || containersOf(slot).some(isLive)));
}
