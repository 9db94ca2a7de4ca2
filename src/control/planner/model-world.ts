import { assertNever } from '../../model/assert-never.ts';
import type { EpochMs } from '../../model/brand.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { DesiredState } from '../../model/desired-state.ts';
import { serviceKey } from '../../model/identity.ts';
import type { Ledger } from '../../model/ledger.ts';
import type { ObservedContainer, ObservedNetwork, ObservedState } from '../../model/observed-state.ts';
import type { Step, StepArguments } from '../../model/plan.ts';
import { deriveSpec } from './derive-spec.ts';

/** A node as the planner sees it. */
export interface ModelWorld {
  readonly observed: ObservedState;
  readonly ledger: Ledger;
}

export interface ModelOptions {
  /** What becomes of a started program; by default one-shots succeed and all others run and are healthy. */
  readonly outcome?: (spec: ContainerSpec) => 'runs' | 'succeeds' | 'fails' | 'unhealthy';
}

interface ModelContext extends ModelOptions {
  readonly desired: DesiredState;
  readonly now: EpochMs;
}

/** The effect of a step that succeeds, as pure function. */
export function applyStep(world: ModelWorld, step: Step, context: ModelContext): ModelWorld {
  const { observed, ledger } = world;
  switch (step.kind) {
    case 'pullImage':
      return {
        ledger,
        observed: { ...observed, imagesReady: [...observed.imagesReady, step.args.manifest] },
      };
    case 'ensureNetwork':
      return ensureNetwork(world, step.args, context);
    case 'removeNetwork':
      return removeNetwork(world, step.args.network);
    case 'ensureVolume': {
      const volume = { name: step.args.definition.name, stack: context.desired.stack.name };
      return { ledger, observed: { ...observed, volumes: [...observed.volumes, volume] } };
    }
    case 'createContainer':
      return createContainer(world, step.args, context);
    case 'updateContainer': {
      const spec = deriveSpec(context.desired, step.args);
      return spec === undefined ? world : changeContainer(world, spec.id, (old) => ({ ...old, spec }));
    }
    case 'startTask':
      return changeContainer(world, step.args.container, (old) =>
        startedContainer(old, step.args.task, context),
      );
    case 'stopTask':
      return stopTask(world, step.args, context.now);
    case 'removeContainer':
      return removeContainer(world, step.args.container);
    case 'switchEndpoints':
      return switchEndpoints(world, step.args, context.desired.stack.name);
    case 'recordBackoff': {
      const others = ledger.backoffs.filter(({ key }) => key !== step.args.backoff.key);
      return { observed, ledger: { ...ledger, backoffs: [...others, step.args.backoff] } };
    }
    case 'recordMemo': {
      const others = ledger.memos.filter(({ service }) => service !== step.args.memo.service);
      return { observed, ledger: { ...ledger, memos: [...others, step.args.memo] } };
    }
    case 'forgetStack':
      return {
        observed,
        ledger: { ...ledger, holds: [], backoffs: [], memos: [], renewals: {}, nonces: {} },
      };
    default:
      return assertNever(step);
  }
}

function changeContainer(
  { observed, ledger }: ModelWorld,
  id: string,
  change: (container: ObservedContainer) => ObservedContainer,
): ModelWorld {
  const containers = observed.containers.map((container) =>
    container.spec.id === id ? change(container) : container,
  );
  return { ledger, observed: { ...observed, containers } };
}

function ensureNetwork(
  { observed, ledger }: ModelWorld,
  { definition, subnet }: StepArguments['ensureNetwork'],
  { desired }: ModelContext,
): ModelWorld {
  const network: ObservedNetwork = {
    name: definition.name,
    stack: desired.stack.name,
    subnet,
    gateway: definition.gateway ?? hostAddress(subnet, 1),
    bridge: `br-${definition.name}`,
    internal: definition.internal,
    attachments: 0,
  };
  return {
    ledger: { ...ledger, subnets: { ...ledger.subnets, [definition.name]: subnet } },
    observed: { ...observed, networks: [...observed.networks, network] },
  };
}

function removeNetwork({ observed, ledger }: ModelWorld, name: string): ModelWorld {
  const { [name]: _, ...subnets } = ledger.subnets;
  return {
    ledger: { ...ledger, subnets },
    observed: { ...observed, networks: observed.networks.filter((network) => network.name !== name) },
  };
}

function createContainer(
  world: ModelWorld,
  reference: StepArguments['createContainer'],
  { desired }: ModelContext,
): ModelWorld {
  const spec = deriveSpec(desired, reference);
  if (spec === undefined) return world;
  const { observed, ledger } = world;
  const others = observed.containers.filter((container) => container.spec.id !== spec.id);
  const addresses = Object.fromEntries(
    Object.values(spec.networks).flatMap((name) => {
      const network = observed.networks.find((candidate) => candidate.name === name);
      return network === undefined ? [] : [[name, [freeAddress(others, network)]]];
    }),
  );
  const container: ObservedContainer = { spec, phase: 'created', health: 'none', addresses };
  return { ledger, observed: { ...observed, containers: [...others, container] } };
}

function freeAddress(containers: readonly ObservedContainer[], { name, subnet }: ObservedNetwork): string {
  const taken = new Set(containers.flatMap(({ addresses }) => addresses[name] ?? []));
  for (let number = 2; number < 254; number += 1) {
    const address = hostAddress(subnet, number);
    if (!taken.has(address)) return address;
  }
  return hostAddress(subnet, 254);
}

function hostAddress(subnet: string, number: number): string {
  return subnet.replace(/\.\d+\/\d+$/, `.${number}`);
}

function startedContainer(
  { exit: _, ...container }: ObservedContainer,
  number: number,
  { desired, now, outcome }: ModelContext,
): ObservedContainer {
  const { spec } = container;
  const result = outcome?.(spec) ?? (isAwaited(desired, spec.slot.service) ? 'succeeds' : 'runs');
  const task = { number, startedAt: now, pid: 1_000 + number };
  if (result === 'succeeds' || result === 'fails') {
    const exit = {
      task: number,
      startedAt: now,
      exitedAt: now,
      code: result === 'succeeds' ? 0 : 1,
      oomKilled: false,
      reason: 'exited',
    } as const;
    return { ...container, phase: 'exited', task, exit, health: 'none' };
  }
  const probe = spec.definition.healthCheck;
  const isProbed = probe !== undefined && probe.kind !== 'disabled';
  if (!isProbed) return { ...container, phase: 'running', task, health: 'none' };
  const health = result === 'unhealthy' ? 'unhealthy' : 'healthy';
  return { ...container, phase: 'running', task, health, healthSince: now };
}

function isAwaited({ stack }: DesiredState, name: string): boolean {
  return Object.values(stack.services).some(({ dependsOn }) =>
    dependsOn.some((edge) => edge.service === name && edge.condition === 'service_completed_successfully'),
  );
}

function stopTask(world: ModelWorld, args: StepArguments['stopTask'], now: EpochMs): ModelWorld {
  const ended = changeContainer(world, args.container, (container) => ({
    ...container,
    phase: 'exited',
    health: 'none',
    exit: {
      task: args.task,
      startedAt: container.task?.startedAt ?? now,
      exitedAt: now,
      code: 143,
      signal: 15,
      oomKilled: false,
      reason: 'exited',
    },
  }));
  const renewals = { ...ended.ledger.renewals, [args.container]: args.task };
  return { ...ended, ledger: { ...ended.ledger, renewals } };
}

function removeContainer({ observed, ledger }: ModelWorld, id: string): ModelWorld {
  const { [id]: _, ...renewals } = ledger.renewals;
  const backoffs = ledger.backoffs.filter(({ container }) => container !== id);
  const containers = observed.containers.filter(({ spec }) => spec.id !== id);
  return { ledger: { ...ledger, renewals, backoffs }, observed: { ...observed, containers } };
}

function switchEndpoints(
  { observed, ledger }: ModelWorld,
  { service, ready, digest }: StepArguments['switchEndpoints'],
  stack: string,
): ModelWorld {
  const { [serviceKey(stack, service)]: _, ...others } = observed.endpoints;
  const endpoints = digest === '' ? others : { ...others, [serviceKey(stack, service)]: { ready, digest } };
  return { ledger, observed: { ...observed, endpoints } };
}
