import { isIP } from 'node:net';

/** One published port as written; `host` absent = any free one. */
export interface PortMapping {
  readonly protocol: 'tcp' | 'udp';
  readonly hostAddress?: string;
  /** First and last port; more than one means "a free one of these". */
  readonly host?: readonly [first: number, last: number];
  readonly container: number;
}

export type PortMappings = { readonly mappings: readonly PortMapping[] } | { readonly problem: string };

export interface PortParts {
  readonly hostAddress: string;
  readonly published: string;
  readonly target: string;
  readonly protocol: string;
}

const maxRange = 4096;

/** Reads `[[ADDRESS:]HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL]` (Compose specification, `ports`, short syntax). */
export function parsePort(text: string): PortMappings {
  const slash = text.lastIndexOf('/');
  const protocol = slash < 0 ? 'tcp' : text.slice(slash + 1);
  const parts = slash < 0 ? text : text.slice(0, slash);
  const colon = parts.lastIndexOf(':');
  // An address in brackets without ports behind it.
  if (parts.endsWith(']')) return { problem: 'it has no port inside the container' };
  const target = parts.slice(colon + 1);
  const host = colon < 0 ? '' : parts.slice(0, colon);
  const hostColon = host.lastIndexOf(':');
  const isOnlyAddress = host.endsWith(']');
  if (isOnlyAddress) return { problem: `write ${host}::${target} to publish on any free port of an address` };
  const hostAddress = hostColon < 0 ? '' : host.slice(0, hostColon).replace(/^\[(.*)\]$/, '$1');
  return mapPorts({ hostAddress, published: host.slice(hostColon + 1), target, protocol });
}

/** Checks the parts of a port and expands its ranges; empty text means "not given". */
export function mapPorts({ hostAddress, published, target, protocol }: PortParts): PortMappings {
  const transport = protocol.toLowerCase();
  if (transport !== 'tcp' && transport !== 'udp')
    return { problem: `the protocol "${protocol}" is not tcp or udp` };
  if (hostAddress !== '' && isIP(hostAddress) === 0)
    return { problem: `"${hostAddress}" is not an IP address` };
  const containers = parseRange(target);
  if (containers === undefined)
    return { problem: `"${target}" is not a port from 1 to 65535, or a range of them` };
  const hosts = published === '' || published === '0' ? null : parseRange(published);
  if (hosts === undefined)
    return { problem: `"${published}" is not a port from 1 to 65535, or a range of them` };
  const common = { protocol: transport, ...(hostAddress === '' ? {} : { hostAddress }) } as const;
  const [first, last] = containers;
  if (hosts === null) return { mappings: ports(first, last).map((container) => ({ ...common, container })) };
  if (first === last) return { mappings: [{ ...common, host: hosts, container: first }] };
  if (hosts[1] - hosts[0] !== last - first) return { problem: 'the two ranges differ in length' };
  const shift = hosts[0] - first;
  return {
    mappings: ports(first, last).map((container) => ({
      ...common,
      host: [container + shift, container + shift],
      container,
    })),
  };
}

function parseRange(text: string): readonly [number, number] | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 1 && last <= 65535 && first <= last && last - first < maxRange ? [first, last] : undefined;
}

function ports(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
