import type { ObservedNetwork } from '../../model/observed-state.ts';
import type { NetworkDefinition } from '../../model/stack.ts';
import type { Obstacle, Planning } from './planning.ts';
import { leaseSubnet, subnetsOverlap } from './subnet-lease.ts';

/** Makes the networks that services use, and finds those that are in the way of their new definition. */
export function planNetworks(planning: Planning): void {
  const { input, view } = planning;
  if (input.desired.wanted !== 'running') return;
  const leased: string[] = [];
  for (const [definition, users] of usedNetworks(planning)) {
    const present = input.observed.networks.find(({ name }) => name === definition.name);
    const obstacle =
      present === undefined
        ? planMissing(planning, definition, leased)
        : checkPresent(planning, definition, present);
    if (obstacle === undefined) continue;
    for (const { name } of view.services) if (users.has(name)) planning.obstacles.set(name, obstacle);
  }
}

/** Used networks in order of their host names, with the names of the services that use them. */
function usedNetworks({ input, view }: Planning): readonly (readonly [NetworkDefinition, Set<string>])[] {
  const { networks } = input.desired.stack;
  const used = new Map<string, readonly [NetworkDefinition, Set<string>]>();
  for (const { name, spec } of view.services) {
    for (const key of Object.keys(spec.networks)) {
      const definition = networks[key];
      if (definition === undefined) continue;
      const entry = used.get(definition.name) ?? ([definition, new Set<string>()] as const);
      entry[1].add(name);
      used.set(definition.name, entry);
    }
  }
  return [...used.values()].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
}

function planMissing(
  { input, draft }: Planning,
  definition: NetworkDefinition,
  leased: string[],
): Obstacle | undefined {
  if (definition.external) {
    const reason = `network ${definition.name} is external and does not exist`;
    return { kind: 'stuck', code: 'network.not-found', reason };
  }
  const subnet = definition.subnet ?? chooseSubnet(input, definition.name, leased);
  if (subnet === undefined)
    return { kind: 'stuck', code: 'network.no-address', reason: 'no subnet of 10.201.0.0/16 is free' };
  leased.push(subnet);
  draft.provide(`network ${definition.name}`, {
    kind: 'ensureNetwork',
    target: definition.name,
    args: { definition, subnet },
    causes: [{ kind: 'missing', what: 'network' }],
    impact: 'create',
  });
  return undefined;
}

/** The subnet leased before, so that addresses survive a reboot; another one when the host has come to use it. */
function chooseSubnet(
  { observed, ledger }: Planning['input'],
  name: string,
  leased: readonly string[],
): string | undefined {
  const foreign = [...observed.takenSubnets, ...observed.networks.map(({ subnet }) => subnet), ...leased];
  const own = ledger.subnets[name];
  if (own !== undefined && !foreign.some((subnet) => subnetsOverlap(subnet, own))) return own;
  const others = Object.entries(ledger.subnets).flatMap(([holder, subnet]) =>
    holder === name ? [] : subnet,
  );
  return leaseSubnet([...foreign, ...others]);
}

function checkPresent(
  planning: Planning,
  definition: NetworkDefinition,
  present: ObservedNetwork,
): Obstacle | undefined {
  if (definition.external) return undefined;
  if (present.stack !== planning.input.desired.stack.name)
    return {
      kind: 'stuck',
      code: 'network.name-in-use',
      reason: `network ${present.name} belongs to ${present.stack === undefined ? 'nobody known' : `stack ${present.stack}`}`,
    };
  if (agrees(definition, present)) return undefined;
  planning.outdatedNetworks.add(present.name);
  return { kind: 'wait', reason: `waits for network ${present.name} to be made anew` };
}

function agrees(definition: NetworkDefinition, { subnet, gateway, internal }: ObservedNetwork): boolean {
  return (
    (definition.subnet === undefined || definition.subnet === subnet) &&
    (definition.gateway === undefined || definition.gateway === gateway) &&
    definition.internal === internal
  );
}
