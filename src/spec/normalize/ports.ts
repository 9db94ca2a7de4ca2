import type { PublishedPort } from '../../model/stack.ts';
import type { NumberText, PortAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { mapPorts, type PortMapping, type PortMappings, parsePort } from '../formats/port.ts';

type PortField = Field<NumberText | PortAsWritten>;

/** Ranges are expanded; the same port given twice is one. */
export function normalizePorts(
  field: Field<readonly (NumberText | PortAsWritten)[]> | undefined,
): PublishedPort[] {
  const ports = new Map<string, PublishedPort>();
  for (const item of field?.items() ?? []) {
    for (const port of readItem(item)) ports.set(JSON.stringify(port), port);
  }
  return [...ports.values()];
}

function readItem(item: PortField): readonly PublishedPort[] {
  const { value } = item;
  const text = typeof value === 'object' ? longText(value) : quote(value);
  const read = typeof value === 'object' ? readLong(value) : parsePort(String(value));
  if ('problem' in read) {
    item.error('spec.bad-port', `${text} is not a port: ${read.problem}`);
    return [];
  }
  return read.mappings.flatMap((mapping) => settle(item, mapping));
}

function readLong({ target, published, host_ip, protocol }: PortAsWritten): PortMappings {
  return mapPorts({
    hostAddress: host_ip ?? '',
    published: String(published ?? ''),
    target: String(target),
    protocol: protocol ?? 'tcp',
  });
}

function settle(item: PortField, { host, hostAddress, protocol, container }: PortMapping): PublishedPort[] {
  if (host === undefined) {
    item.warn('spec.approximated', `port ${container} is not published: it has no port on the host`, {
      hint: `write "${container}:${container}" to publish it; other services reach it anyway`,
    });
    return [];
  }
  const [hostPort, last] = host;
  if (hostPort !== last) {
    item.error('spec.unsupported', `ports ${hostPort}-${last} on the host stand for one port inside`, {
      hint: 'choose one port of the range',
    });
    return [];
  }
  return [
    { protocol, ...(hostAddress === undefined ? {} : { hostAddress }), hostPort, containerPort: container },
  ];
}

function longText({ target, published }: PortAsWritten): string {
  return published === undefined || published === null ? String(target) : `${published}:${target}`;
}
