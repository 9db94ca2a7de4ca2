import type { ContainerSpec } from '../../src/model/container-spec.ts';
import type { Digest } from '../../src/model/digest.ts';
import type { ContainerId } from '../../src/model/identity.ts';
import type { Service } from '../../src/model/stack.ts';

/** A valid service with nothing special; override what the test is about. */
export function aService(changes: Partial<Service> = {}): Service {
  return {
    name: 'web',
    image: 'busybox:latest',
    pullPolicy: 'missing',
    environment: {},
    labels: {},
    readOnly: false,
    init: false,
    tty: false,
    stdinOpen: false,
    capAdd: [],
    capDrop: [],
    mounts: [],
    ulimits: {},
    sysctls: {},
    extraHosts: {},
    network: { kind: 'networks', attachments: [{ network: 'default', aliases: [] }] },
    ports: [],
    dependsOn: [],
    restart: { kind: 'no' },
    stopGraceMs: 10_000,
    replicas: 1,
    resources: {},
    update: { order: 'stop-first', parallelism: 1, delayMs: 0 },
    ...changes,
  };
}

export const aManifest = `sha256:${'ab'.repeat(32)}` as Digest;

/** Id of a container for tests: the same hex digit 32 times. */
export function anId(digit: string): ContainerId {
  return digit.repeat(32) as ContainerId;
}

/** Container 1 of service `web` of stack `shop`, attached to `shop_default`. */
export function aContainerSpec(changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    version: 1,
    id: anId('a'),
    slot: { stack: 'shop', service: 'web', ordinal: 1 },
    name: 'shop-web-1',
    image: { reference: 'busybox:latest', manifest: aManifest },
    definition: aService(),
    networks: { default: 'shop_default' },
    volumes: {},
    hashes: { recreate: 'r', restart: 's', live: 'l' },
    nonce: 0,
    ...changes,
  };
}
