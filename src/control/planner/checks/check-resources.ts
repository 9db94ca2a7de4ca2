import { subnetsOverlap } from '../subnet-lease.ts';
import { type CheckSubject, type PlanCheck, stepsOf } from './check-subject.ts';

/** No subnet, name or port is given to two holders, and nothing of another owner is removed. */
export const checkResources: PlanCheck = (subject) => [
  ...checkSubnets(subject),
  ...checkNetworkRemovals(subject),
  ...checkPorts(subject),
];

function checkSubnets({ plan, input }: CheckSubject): readonly string[] {
  const made = stepsOf(plan, 'ensureNetwork').map(({ args }) => args);
  const { takenSubnets, networks } = input.observed;
  return made.flatMap(({ definition, subnet }, index) => {
    const others = made.slice(0, index).map((other) => other.subnet);
    const isOwnWord = definition.subnet !== undefined;
    const taken = isOwnWord
      ? others
      : [...others, ...takenSubnets, ...networks.map((network) => network.subnet)];
    return taken.some((other) => subnetsOverlap(other, subnet))
      ? [`gives ${definition.name} the subnet ${subnet}, which is taken`]
      : [];
  });
}

function checkNetworkRemovals({ plan, input }: CheckSubject): readonly string[] {
  return stepsOf(plan, 'removeNetwork').flatMap(({ target, after }) => {
    const network = input.observed.networks.find(({ name }) => name === target);
    if (network?.stack !== plan.stack) return [`removes network ${target}, which is not the stack's`];
    const removed = stepsOf(plan, 'removeContainer').filter(({ id }) => after.includes(id));
    const gone = new Set(removed.map(({ args }) => String(args.container)));
    return input.observed.containers
      .filter(({ spec }) => Object.values(spec.networks).includes(target) && !gone.has(spec.id))
      .map(({ spec }) => `removes network ${target} under ${spec.name}`);
  });
}

function checkPorts({ plan }: CheckSubject): readonly string[] {
  const holders = new Map<string, string>();
  const findings: string[] = [];
  for (const { args } of stepsOf(plan, 'switchEndpoints')) {
    for (const { hostAddress = '*', hostPort, protocol } of args.ports) {
      const key = `${hostAddress}:${hostPort}/${protocol}`;
      const holder = holders.get(key);
      if (holder !== undefined && holder !== args.service)
        findings.push(`gives port ${key} to ${holder} and to ${args.service}`);
      holders.set(key, args.service);
    }
  }
  return findings;
}
