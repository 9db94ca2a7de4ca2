import { canonicalHash } from './canonical-json.ts';
import type { Digest } from './digest.ts';
import type { NetworkDefinition, NetworkMode, Service } from './stack.ts';

/**
 * What the change of a field costs a running container:
 *
 * - `nothing`: only the planner reads it
 * - `live`: changed under the running task, which does not notice
 * - `restart`: a new task in the same container
 * - `recreate`: a new container
 */
export type ChangeClass = 'nothing' | 'live' | 'restart' | 'recreate';

export type HashedClass = Exclude<ChangeClass, 'nothing'>;

/** One hash per change class over the canonical, defaulted fields of that class. */
export interface SpecHashes {
  readonly recreate: string;
  readonly restart: string;
  readonly live: string;
}

/** The class of a whole field, or the part of it that each class sees. */
type FieldClass<Value> = ChangeClass | { readonly [Class in HashedClass]?: (value: Value) => unknown };

/** Every field of a service has its class here; a field without one does not compile. */
export const serviceFieldClasses: {
  readonly [Field in keyof Required<Service>]: FieldClass<Required<Service>[Field]>;
} = {
  name: 'nothing',
  // The manifest digest decides about the container; another name for the same image is only shown.
  image: 'live',
  pullPolicy: 'nothing',
  runtime: 'recreate',
  entrypoint: 'recreate',
  command: 'recreate',
  environment: 'recreate',
  user: 'recreate',
  workingDir: 'recreate',
  hostname: 'recreate',
  labels: 'live',
  readOnly: 'recreate',
  init: 'recreate',
  tty: 'recreate',
  stdinOpen: 'recreate',
  capAdd: 'recreate',
  capDrop: 'recreate',
  mounts: 'recreate',
  ulimits: 'recreate',
  sysctls: 'recreate',
  extraHosts: 'recreate',
  network: { recreate: attachmentsOf, live: aliasesOf },
  ports: 'live',
  dependsOn: 'nothing',
  restart: 'nothing',
  healthCheck: 'live',
  stopSignal: 'nothing',
  stopGraceMs: 'nothing',
  replicas: 'nothing',
  resources: 'live',
  log: 'live',
  update: 'nothing',
};

function attachmentsOf(network: NetworkMode): unknown {
  if (network.kind !== 'networks') return network;
  return network.attachments.map(({ aliases: _, ...attachment }) => attachment);
}

function aliasesOf(network: NetworkMode): unknown {
  if (network.kind !== 'networks') return [];
  return network.attachments.map(({ network: name, aliases }) => [name, aliases]);
}

/** The fields of a service as one class sees them. */
export function fieldsOfClass(service: Service, wanted: HashedClass): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(serviceFieldClasses)) {
    const value = service[name as keyof Service];
    if (value === undefined) continue;
    if (typeof rule === 'string') {
      if (rule === wanted) fields[name] = value;
      continue;
    }
    const view = (rule as { readonly [Class in HashedClass]?: (value: unknown) => unknown })[wanted];
    if (view !== undefined) fields[name] = view(value);
  }
  return fields;
}

/** What a container is made of besides its service's fields. */
export interface SpecSurroundings {
  readonly manifest: Digest;
  /** Definitions of the networks it is attached to, in order. */
  readonly networks: readonly NetworkDefinition[];
  /** Host names of the volumes it mounts, by their keys. */
  readonly volumes: Readonly<Record<string, string>>;
}

/** Adding a default to tsorch must not make every container anew: such a change raises this number. */
export const specVersion = 1;

export function specHashes(service: Service, surroundings: SpecSurroundings): SpecHashes {
  const { manifest, volumes } = surroundings;
  const networks = surroundings.networks.map(({ labels: _, ...definition }) => definition);
  return {
    recreate: canonicalHash([specVersion, fieldsOfClass(service, 'recreate'), manifest, networks, volumes]),
    restart: canonicalHash([specVersion, fieldsOfClass(service, 'restart')]),
    live: canonicalHash([specVersion, fieldsOfClass(service, 'live')]),
  };
}
