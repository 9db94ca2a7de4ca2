import type { DesiredState } from '../model/desired-state.ts';
import { slotName } from '../model/identity.ts';
import type { Ledger } from '../model/ledger.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerStatus, ServiceStatus, StackState, StackStatus } from '../model/status.ts';
import { isCompleted } from './planner/conditions.ts';
import { isComingUp, isReady } from './planner/container-condition.ts';
import { matchContainers, type ServiceView } from './planner/match-containers.ts';

export interface StatusInput {
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly ledger: Ledger;
  /** Made of the same look. */
  readonly plan: Plan;
}

/** One stack as people want to see it. The words `ready` and `done` mean what they mean to the planner. */
export function deriveStatus({ desired, observed, ledger, plan }: StatusInput): StackStatus {
  const view = matchContainers({ desired, observed, ledger, now: observed.at });
  const services = view.services.map((service) => serviceStatus(service, { observed, plan }));
  const missing = Object.keys(desired.stack.services).filter(
    (name) => !view.services.some((view) => view.name === name),
  );
  const gone = view.surplus.filter(({ spec }) => !services.some(({ name }) => name === spec.slot.service));
  const leaving = new Set([...missing, ...gone.map(({ spec }) => spec.slot.service)]);
  const all = [...services, ...[...leaving].map((name) => leavingService(name, { observed, plan, desired }))];
  return {
    stack: desired.stack.name,
    revision: desired.revision.number,
    wanted: desired.wanted,
    state: stackState(desired, plan, all),
    services: all,
    blocked: plan.blocked.filter(({ service }) => service === ''),
  };
}

/** An empty plan is not yet success: what runs must be ready, too. */
function stackState(desired: DesiredState, plan: Plan, services: readonly ServiceStatus[]): StackState {
  const { steps, blocked } = plan;
  if (steps.length > 0) return 'progressing';
  if (blocked.some(({ kind }) => kind === 'stuck')) return 'failed';
  if (blocked.some(({ until }) => until !== undefined)) return 'progressing';
  const unready = services.flatMap(({ containers }) =>
    containers.filter((container) => !container.outdated && isComingUp(container)),
  );
  if (unready.some(({ health }) => health === 'unhealthy')) return 'failed';
  if (blocked.length > 0 || unready.length > 0) return 'progressing';
  if (desired.wanted === 'removed') return 'removed';
  return desired.wanted === 'stopped' ? 'stopped' : 'converged';
}

interface Seen {
  readonly observed: ObservedState;
  readonly plan: Plan;
}

function serviceStatus(view: ServiceView, { observed, plan }: Seen): ServiceStatus {
  const wanted = new Set(view.slots.map(({ spec }) => spec.id));
  const done = view.isOneShot && isCompleted(view);
  const up = view.slots.filter(({ held }) => held === undefined);
  const held = up.length === 0 ? view.slots[0]?.held : undefined;
  return {
    name: view.name,
    image: view.service.image,
    desired: done ? 0 : up.length,
    ready: up.filter(({ current }) => current !== undefined && isReady(current)).length,
    done,
    ...(held === undefined ? {} : { held }),
    ports: view.service.ports,
    blocked: plan.blocked.filter(({ service }) => service === view.name),
    containers: containersOf(view.name, observed).map((container) =>
      containerStatus(container, !wanted.has(container.spec.id)),
    ),
  };
}

/** A service that is not in the file any more, or whose image is not known yet. */
function leavingService(
  name: string,
  { observed, plan, desired }: Seen & { desired: DesiredState },
): ServiceStatus {
  const containers = containersOf(name, observed);
  const service = desired.wanted === 'removed' ? undefined : desired.stack.services[name];
  return {
    name,
    image: service?.image ?? containers[0]?.spec.image.reference ?? '',
    desired: service?.replicas ?? 0,
    ready: 0,
    done: false,
    ports: [],
    blocked: plan.blocked.filter((entry) => entry.service === name),
    containers: containers.map((container) => containerStatus(container, true)),
  };
}

function containersOf(service: string, { containers }: ObservedState): readonly ObservedContainer[] {
  return containers
    .filter(({ spec }) => spec.slot.service === service)
    .sort((a, b) => a.spec.slot.ordinal - b.spec.slot.ordinal);
}

function containerStatus({ spec, ...facts }: ObservedContainer, outdated: boolean): ContainerStatus {
  return {
    id: spec.id,
    name: spec.name,
    service: spec.slot.service,
    slot: slotName(spec.slot),
    image: spec.image.reference,
    outdated,
    ...facts,
  };
}
