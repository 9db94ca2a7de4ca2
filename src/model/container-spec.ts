import { type SpecHashes, specHashes } from './change-class.ts';
import type { Digest } from './digest.ts';
import { type ContainerId, containerId, containerName, type Slot } from './identity.ts';
import type { NetworkDefinition, Service, Stack } from './stack.ts';

/**
 * Everything one container is made of. Written by rename to `containers/<id>/spec.json` before anything else of the
 * container exists, so "what was applied" is observed, never remembered.
 */
export interface ContainerSpec {
  /** Version of this document and of the hashes in it. */
  readonly version: 1;
  readonly id: ContainerId;
  readonly slot: Slot;
  /** `shop-web-1` */
  readonly name: string;
  readonly image: { readonly reference: string; readonly manifest: Digest };
  readonly definition: Service;
  /** Host names of the stack's networks and volumes by their keys: `{ default: 'shop_default' }`. */
  readonly networks: Readonly<Record<string, string>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly hashes: SpecHashes;
  readonly nonce: number;
}

/** What all containers of a service have in common; hashed once, not once per slot. */
export interface ServiceSpec {
  readonly definition: Service;
  readonly manifest: Digest;
  readonly networks: Readonly<Record<string, string>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly hashes: SpecHashes;
}

/** Specs by the stack they were made of: hashing a hundred services takes longer than planning them. */
const known = new WeakMap<Stack, Map<string, ServiceSpec>>();

/** The same stack, as object, gives the same spec: stacks never change. */
export function serviceSpec(stack: Stack, service: Service, manifest: Digest): ServiceSpec {
  const ofStack = known.get(stack) ?? new Map<string, ServiceSpec>();
  known.set(stack, ofStack);
  const found = ofStack.get(service.name);
  if (found?.definition === service && found.manifest === manifest) return found;
  const made = makeServiceSpec(stack, service, manifest);
  ofStack.set(service.name, made);
  return made;
}

function makeServiceSpec(stack: Stack, service: Service, manifest: Digest): ServiceSpec {
  const networks = attachedNetworks(stack, service);
  const volumes = mountedVolumes(stack, service);
  return {
    definition: service,
    manifest,
    networks: Object.fromEntries(networks.map(([key, { name }]) => [key, name])),
    volumes,
    hashes: specHashes(service, {
      manifest,
      networks: networks.map(([, definition]) => definition),
      volumes,
    }),
  };
}

/** The container that a slot shall hold. `nonce` as in `ContainerIdentity`. */
export function containerSpec(of: ServiceSpec, slot: Slot, nonce: number): ContainerSpec {
  return {
    version: 1,
    id: containerId({ ...slot, recreateHash: of.hashes.recreate, nonce }),
    slot,
    name: containerName(slot),
    image: { reference: of.definition.image, manifest: of.manifest },
    definition: of.definition,
    networks: of.networks,
    volumes: of.volumes,
    hashes: of.hashes,
    nonce,
  };
}

function attachedNetworks(
  stack: Stack,
  { network }: Service,
): readonly (readonly [string, NetworkDefinition])[] {
  if (network.kind !== 'networks') return [];
  return network.attachments.flatMap(({ network: key }) => {
    const definition = stack.networks[key];
    return definition === undefined ? [] : [[key, definition] as const];
  });
}

function mountedVolumes(stack: Stack, { mounts }: Service): Readonly<Record<string, string>> {
  const named = mounts.flatMap((mount) => (mount.kind === 'volume' ? [mount.volume] : [])).sort();
  return Object.fromEntries(named.map((key) => [key, stack.volumes[key]?.name ?? key]));
}
