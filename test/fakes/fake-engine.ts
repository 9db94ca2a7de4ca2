import type { Engine } from '../../src/control/reconciler/step-handler.ts';
import type { ContainerDriver } from '../../src/engine/containers/container-driver.ts';
import type { ImageStore } from '../../src/engine/images/image-store.ts';
import type { NetworkDriver } from '../../src/engine/network/network-driver.ts';
import type { VolumeDriver } from '../../src/engine/volumes/volume-driver.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { TsorchError } from '../../src/lib/errors.ts';
import type { ContainerSpec } from '../../src/model/container-spec.ts';
import type { ErrorCode } from '../../src/model/error-code.ts';
import type { ServiceKey } from '../../src/model/identity.ts';
import { imageDigest } from '../support/stack-builder.ts';
import type { ModelContainer, ModelNode } from './model-node.ts';

export interface FakeEngineOptions {
  readonly node: ModelNode;
  readonly clock: Clock;
  /** Stands around each call that changes something; may fail, or never come back. */
  readonly around?: (call: string, act: () => void) => Promise<void>;
}

/** The engine's contracts over a host in memory. */
export function fakeEngine({ node, clock, around }: FakeEngineOptions): Engine {
  const change = async (call: string, act: () => void): Promise<void> => {
    await Promise.resolve();
    if (around === undefined) act();
    else await around(call, act);
  };
  return {
    containers: fakeContainers(node, clock, change),
    network: fakeNetwork(node, change),
    volumes: fakeVolumes(node, change),
    images: fakeImages(node, change),
  };
}

type Change = (call: string, act: () => void) => Promise<void>;

function fakeContainers(node: ModelNode, clock: Clock, change: Change): ContainerDriver {
  const mustHave = (id: string): ModelContainer => {
    const container = node.containers.get(id);
    if (container === undefined) throw failure('container.not-found', `container ${id} does not exist`);
    return container;
  };
  return {
    list: async ({ stack } = {}) =>
      [...node.containers.values()]
        .filter(({ spec }) => stack === undefined || spec.slot.stack === stack)
        .map((container) => structuredClone(container)),
    stats: async () => [],
    checkRuntime: () => {},
    create: (spec) => change(`create ${spec.name}`, () => createContainer(node, spec)),
    start: async (id, number) => {
      const { spec } = mustHave(id);
      await change(`start ${spec.name}`, () => startTask(node, mustHave(id), { number, at: clock.now() }));
      const { task } = mustHave(id);
      return { pid: task?.pid ?? 0, startedAt: task?.startedAt ?? 0 };
    },
    stop: (id, { task }) =>
      change(`stop ${node.containers.get(id)?.spec.name}`, () => {
        const container = node.containers.get(id);
        const isMeant = container?.phase === 'running' && container.task?.number === task;
        if (container !== undefined && isMeant) node.endTask(container, { at: clock.now(), code: 143 });
      }),
    update: (spec) =>
      change(`update ${spec.name}`, () => {
        mustHave(spec.id).spec = spec;
      }),
    remove: (id) =>
      change(`remove ${node.containers.get(id)?.spec.name}`, () => {
        node.containers.delete(id);
      }),
    acknowledgeExit: async () => {},
    onFact: (listener) => {
      node.listeners.add(listener);
      return () => node.listeners.delete(listener);
    },
    kill: unsupported,
    pause: unsupported,
    resume: unsupported,
    exec: unsupported,
    attach: unsupported,
  };
}

async function unsupported(): Promise<never> {
  throw new Error('the fake engine has no programs');
}

function createContainer(node: ModelNode, spec: ContainerSpec): void {
  if (!node.unpacked.has(spec.image.manifest)) throw failure('image.not-found', 'the image is not unpacked');
  const before = node.containers.get(spec.id);
  const addresses = Object.fromEntries(
    Object.values(spec.networks).map((name) => [name, [freeAddress(node, name)]]),
  );
  node.containers.set(spec.id, {
    ...(before ?? { health: 'none' }),
    spec,
    phase: before === undefined || before.phase === 'partial' ? 'created' : before.phase,
    addresses: before === undefined || before.phase === 'partial' ? addresses : before.addresses,
  });
}

function freeAddress(node: ModelNode, name: string): string {
  const network = node.networks.get(name);
  if (network === undefined) throw failure('network.not-found', `network ${name} does not exist`);
  const taken = new Set([...node.containers.values()].flatMap(({ addresses }) => addresses[name] ?? []));
  for (let number = 2; ; number += 1) {
    const address = network.subnet.replace(/\.\d+\/\d+$/, `.${number}`);
    if (!taken.has(address)) return address;
  }
}

function startTask(
  node: ModelNode,
  container: ModelContainer,
  { number, at }: { readonly number: number; readonly at: number },
): void {
  if (container.phase === 'running' && container.task?.number === number) return;
  if (container.phase === 'running') throw failure('node.busy', 'another task runs');
  const { service } = container.spec.slot;
  const behaviour = node.behaviours.get(service) ?? 'runs';
  container.task = { number, startedAt: at, pid: 1_000 + number };
  delete container.exit;
  container.phase = 'running';
  const probe = container.spec.definition.healthCheck;
  const isProbed = probe !== undefined && probe.kind !== 'disabled';
  container.health = isProbed ? 'healthy' : 'none';
  if (isProbed) container.healthSince = at;
  node.tell('started', container);
  if (behaviour === 'succeeds') node.endTask(container, { at, code: 0 });
  if (behaviour === 'fails') node.endTask(container, { at, code: 1 });
}

function fakeNetwork(node: ModelNode, change: Change): NetworkDriver {
  return {
    observe: async () => ({
      networks: [...node.networks.values()],
      attachments: new Map(),
      endpoints: Object.fromEntries(
        [...node.endpoints].map(([owner, { ready, digest }]) => [owner as ServiceKey, { ready, digest }]),
      ),
      takenSubnets: [],
    }),
    ensure: ({ name, internal }, { stack, subnet }) =>
      change(`ensure network ${name}`, () => {
        const gateway = subnet.replace(/\.\d+\/\d+$/, '.1');
        node.networks.set(name, { name, stack, subnet, gateway, bridge: 'br', internal, attachments: 0 });
      }),
    remove: (name) =>
      change(`remove network ${name}`, () => {
        const users = [...node.containers.values()].filter(({ addresses }) => name in addresses);
        if (users.length > 0) throw failure('node.busy', `network ${name} is attached to`);
        node.networks.delete(name);
      }),
    switchEndpoints: (request) =>
      change(`switch ${request.owner}`, () => {
        for (const id of request.all)
          if (!node.containers.has(id))
            throw failure('container.not-found', `container ${id} does not exist`);
        const isEmpty = request.all.length === 0 && request.ports.length === 0;
        if (isEmpty) node.endpoints.delete(request.owner);
        else node.endpoints.set(request.owner, request);
      }),
    checkPorts: async (owner, ports) =>
      ports.flatMap(({ protocol, hostPort }) => {
        const holder = holderOf(node, owner, hostPort);
        const service = owner.slice(owner.indexOf('/') + 1);
        return holder === undefined ? [] : [{ service, protocol, hostPort, holder }];
      }),
    attach: unsupported,
    detach: async () => {},
  };
}

function holderOf(node: ModelNode, owner: string, port: number): string | undefined {
  const ours = [...node.endpoints].find(
    ([other, { ports }]) => other !== owner && ports.some(({ hostPort }) => hostPort === port),
  );
  return ours?.[0] ?? node.foreignPorts.get(port);
}

function fakeVolumes(node: ModelNode, change: Change): VolumeDriver {
  return {
    list: async () => [...node.volumes.values()],
    ensure: ({ name }, { stack }) =>
      change(`ensure volume ${name}`, () => {
        node.volumes.set(name, { name, stack });
      }),
    directory: unsupported,
    remove: async (name) => {
      node.volumes.delete(name);
    },
  };
}

function fakeImages(node: ModelNode, change: Change): ImageStore {
  return {
    resolve: async ({ reference }) => {
      if (reference.startsWith('missing')) throw failure('image.not-found', `${reference} is not known`);
      return imageDigest(reference);
    },
    ensure: ({ reference, manifest }) =>
      change(`pull ${reference}`, () => {
        node.unpacked.add(manifest);
      }),
    ready: async (manifests) => manifests.filter((manifest) => node.unpacked.has(manifest)),
    refused: async () => [],
    admit: async () => {},
  };
}

function failure(code: ErrorCode, message: string): TsorchError<ErrorCode> {
  return new TsorchError(code, message, { retryable: true });
}
