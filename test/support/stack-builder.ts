import { createHash } from 'node:crypto';
import type { DesiredState } from '../../src/model/desired-state.ts';
import type { Digest } from '../../src/model/digest.ts';
import type {
  HealthCheck,
  NetworkDefinition,
  Service,
  Stack,
  VolumeDefinition,
} from '../../src/model/stack.ts';
import { aService } from './service.ts';

/** Fields that a test cares about; everything else is valid and quiet. */
export type ServiceFields = Partial<Omit<Service, 'name'>>;

export const probe: HealthCheck = {
  kind: 'exec',
  args: ['/bin/true'],
  intervalMs: 1_000,
  timeoutMs: 1_000,
  retries: 3,
  startPeriodMs: 0,
  startIntervalMs: 1_000,
};

export function buildService(name: string, fields: ServiceFields = {}): Service {
  return aService({ name, restart: { kind: 'always' }, ...fields });
}

export function buildNetwork(name: string, fields: Partial<NetworkDefinition> = {}): NetworkDefinition {
  return { name, external: false, internal: false, enableIpv6: false, labels: {}, ...fields };
}

export interface StackFields {
  readonly services: Readonly<Record<string, ServiceFields>>;
  readonly networks?: Readonly<Record<string, Partial<NetworkDefinition>>>;
  readonly volumes?: Readonly<Record<string, Partial<VolumeDefinition>>>;
}

/** With a network `default`, as `spec/` makes it. */
export function buildStack(name: string, fields: StackFields): Stack {
  const { services, networks = {}, volumes = {} } = fields;
  return {
    name,
    services: mapValues(services, (service, key) => buildService(key, service)),
    networks: mapValues({ default: {}, ...networks }, (network, key) =>
      buildNetwork(`${name}_${key}`, network),
    ),
    volumes: mapValues(volumes, (volume, key) => ({
      name: `${name}_${key}`,
      external: false,
      labels: {},
      ...volume,
    })),
  };
}

/** The digest that stands for an image of this name. */
export function imageDigest(reference: string): Digest {
  return `sha256:${createHash('sha256').update(reference).digest('hex')}` as Digest;
}

export function buildDesired(stack: Stack, fields: Partial<Omit<DesiredState, 'stack'>> = {}): DesiredState {
  const references = Object.values(stack.services).map(({ image }) => image);
  return {
    stack,
    revision: { number: 1, digest: imageDigest(JSON.stringify(stack)) },
    wanted: 'running',
    images: Object.fromEntries(references.map((reference) => [reference, imageDigest(reference)])),
    ...fields,
  };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
