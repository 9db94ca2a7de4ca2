import { isIPv4 } from 'node:net';
import type { PublishedPort } from '../../model/stack.ts';
import type { HostPort, PortMapping } from '../host/hostd-methods.ts';
import type { ServiceMember } from './service-names.ts';

/** Each port goes to every ready container, by the first IPv4 address on the service's first network. */
export function portMappings(
  ports: readonly PublishedPort[],
  ready: readonly ServiceMember[],
): readonly PortMapping[] {
  const targets = ready.flatMap((member) => firstAddress(member) ?? []);
  return ports.map((port) => ({
    ...hostPort(port),
    targets: targets.map((address) => ({ address, port: port.containerPort })),
  }));
}

export function hostPort({ protocol, hostAddress, hostPort: port }: PublishedPort): HostPort {
  return { protocol, ...(hostAddress === undefined ? {} : { hostAddress }), hostPort: port };
}

function firstAddress({ spec, addresses }: ServiceMember): string | undefined {
  if (spec.definition.network.kind !== 'networks') return undefined;
  for (const { network } of spec.definition.network.attachments) {
    const found = addresses[spec.networks[network] ?? '']?.find((address) => isIPv4(address));
    if (found !== undefined) return found;
  }
  return undefined;
}
