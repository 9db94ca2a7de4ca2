import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Cause } from '../../model/plan.ts';
import type { Service } from '../../model/stack.ts';
import { isLive } from './container-condition.ts';
import { removeContainer } from './container-steps.ts';
import { dependencyOrder } from './dependency-order.ts';
import { sortedById } from './match-containers.ts';
import { blockWaiting, containersOf, depart, type Planning } from './planning.ts';

/** A container that shall not run, and whether it shall be there at all. */
interface Leaver {
  readonly container: ObservedContainer;
  readonly key: string;
  readonly causes: readonly Cause[];
  readonly remove: boolean;
}

/** Ends what is held, what belongs to no slot and what uses a network that must be made anew; dependents first. */
export function planTakeDown(planning: Planning): void {
  const leavers = [
    ...heldContainers(planning),
    ...surplusContainers(planning),
    ...onOutdatedNetworks(planning),
  ];
  const rank = takeDownRank(leavers);
  for (const leaver of leavers) {
    const { container, causes, key } = leaver;
    if (!isLive(container)) {
      if (leaver.remove) removeContainer(planning, container, { causes, after: [] });
      continue;
    }
    const dependent = leavers.find((other) => isLiveDependent(other, leaver, rank));
    if (dependent !== undefined) {
      const service = container.spec.slot.service;
      blockWaiting(planning, { service, target: key, reason: `waits for ${dependent.key} to stop` });
      continue;
    }
    const impact = leaver.remove ? 'remove' : 'restart';
    depart(planning, { container, service: container.spec.definition, key, causes, impact, after: [] });
  }
}

function heldContainers({ view }: Planning): readonly Leaver[] {
  return view.services.flatMap(({ slots }) =>
    slots.flatMap((slot) =>
      slot.held === undefined
        ? []
        : containersOf(slot).map((container) => ({
            container,
            key: slot.key,
            causes: [{ kind: 'operator', what: slot.held ?? '' }] as const,
            remove: container !== slot.current,
          })),
    ),
  );
}

function surplusContainers({ input, view }: Planning): readonly Leaver[] {
  const { stack, wanted } = input.desired;
  const whatOf = (name: string) => {
    if (wanted === 'removed') return `stack ${stack.name}`;
    return stack.services[name] === undefined ? `service ${name}` : 'replica';
  };
  return view.surplus.map((container) => {
    const { service, ordinal } = container.spec.slot;
    const causes = [{ kind: 'removed', what: whatOf(service) }] as const;
    return { container, key: `${service}.${ordinal}`, causes, remove: true };
  });
}

function onOutdatedNetworks({ input, view, outdatedNetworks }: Planning): readonly Leaver[] {
  if (outdatedNetworks.size === 0) return [];
  const surplus = new Set(view.surplus);
  const attached = sortedById(input.observed.containers).filter(
    (container) =>
      !surplus.has(container) &&
      container.spec.slot.stack === input.desired.stack.name &&
      Object.values(container.spec.networks).some((name) => outdatedNetworks.has(name)),
  );
  return attached.map((container) => {
    const { service, ordinal } = container.spec.slot;
    const causes = [{ kind: 'removed', what: 'former network' }] as const;
    return { container, key: `${service}.${ordinal}`, causes, remove: true };
  });
}

/** Position in dependency order by the definitions that the containers were made of; a cycle is cut, never waited for. */
function takeDownRank(leavers: readonly Leaver[]): ReadonlyMap<string, number> {
  const services: Record<string, Service> = {};
  for (const { container } of leavers) services[container.spec.slot.service] = container.spec.definition;
  return new Map(dependencyOrder(services).map((name, index) => [name, index]));
}

function isLiveDependent(other: Leaver, leaver: Leaver, rank: ReadonlyMap<string, number>): boolean {
  const name = leaver.container.spec.slot.service;
  const { slot, definition } = other.container.spec;
  if (!isLive(other.container) || slot.service === name) return false;
  if (!definition.dependsOn.some((edge) => edge.service === name)) return false;
  return (rank.get(slot.service) ?? 0) > (rank.get(name) ?? 0);
}
