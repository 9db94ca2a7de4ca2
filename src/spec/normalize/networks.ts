import { isIPv4 } from 'node:net';
import type { NetworkAttachment, NetworkMode } from '../../model/stack.ts';
import type { AttachmentAsWritten, ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { didYouMean } from '../suggest.ts';
import type { NormalizeContext } from './context.ts';
import { readInteger } from './values.ts';

type Networks = NonNullable<ServiceAsWritten['networks']>;

/** Without `networks` and `network_mode` a service is on the stack's `default` network. */
export function normalizeNetwork(service: Field<ServiceAsWritten>, context: NormalizeContext): NetworkMode {
  const mode = service.get('network_mode');
  const networks = service.get('networks');
  const special = mode === undefined ? undefined : readMode(mode);
  if (special !== undefined) {
    checkExclusive(service, special);
    return special;
  }
  if (mode !== undefined && networks !== undefined) {
    mode.error('spec.exclusive', '`network_mode` and `networks` exclude each other', { atKey: true });
  }
  const attachments = networks === undefined ? [] : readNetworks(networks, context);
  const names = containerNames(service);
  const joined = attachments.length > 0 ? attachments : [{ network: 'default', aliases: [] }];
  return {
    kind: 'networks',
    attachments: joined.map((attachment) => ({
      ...attachment,
      aliases: [...new Set([...attachment.aliases, ...names])],
    })),
  };
}

/** @returns nothing for modes that mean the default network */
function readMode(field: Field<string>): NetworkMode | undefined {
  switch (field.value) {
    case 'host':
    case 'none':
      return { kind: field.value };
    case 'bridge':
    case 'default':
    case '':
      return undefined;
    default: {
      const isShared = /^(?:service|container):/.test(field.value);
      const message = `the network mode ${quote(field.value)} is not ${isShared ? 'supported' : 'known'}`;
      const hint = isShared ? undefined : 'write "host" or "none", or name the network under `networks`';
      field.error(isShared ? 'spec.unsupported' : 'spec.bad-value', message, { hint });
      return { kind: 'none' };
    }
  }
}

function checkExclusive(service: Field<ServiceAsWritten>, { kind }: NetworkMode): void {
  const mode = service.value.network_mode ?? kind;
  for (const key of ['networks', 'ports'] as const) {
    const other = service.get(key);
    if (other === undefined || Object.keys(other.value).length === 0) continue;
    const hint =
      key === 'ports' && kind === 'host' ? 'remove `ports`: the service is on the host already' : undefined;
    const message = `service ${quote(service.key)} has \`network_mode: ${mode}\` and \`${key}\`, which exclude each other`;
    other.error('spec.exclusive', message, { atKey: true, hint });
  }
}

/** Networks of higher priority first, else as written: the first is eth0. */
function readNetworks(field: Field<Networks>, context: NormalizeContext): NetworkAttachment[] {
  const { value } = field;
  if (isList(value)) {
    const names = field.as(value).items();
    const known = new Set(
      names.filter((item) => isDeclared(item.value, item, context)).map((item) => item.value),
    );
    return [...known].map((network) => ({ network, aliases: [] }));
  }
  const entries = field.as(value).entries();
  const known = entries.filter(([network, entry]) => isDeclared(network, entry, context));
  const read = known.map(([network, entry]) => readAttachment(network, entry));
  return read.toSorted((a, b) => b.priority - a.priority).map(({ attachment }) => attachment);
}

function isDeclared(network: string, field: Field<unknown>, { declared }: NormalizeContext): boolean {
  if (network === 'default' || declared.networks.has(network)) return true;
  const hint =
    didYouMean(network, declared.networks) ?? `add ${quote(network)} under the top-level \`networks\``;
  const message = `the network ${quote(network)} is not declared`;
  field.error('spec.unknown-network', message, { atKey: typeof field.value !== 'string', hint });
  return false;
}

function readAttachment(
  network: string,
  entry: Field<AttachmentAsWritten | null>,
): { readonly attachment: NetworkAttachment; readonly priority: number } {
  const { value } = entry;
  if (value === null || value === undefined) return { attachment: { network, aliases: [] }, priority: 0 };
  const written = entry.as(value);
  const aliases = [...new Set((written.get('aliases')?.items() ?? []).map((item) => String(item.value)))];
  const address = written.get('ipv4_address');
  if (address !== undefined && !isIPv4(address.value)) {
    address.error('spec.bad-value', `${quote(address.value)} is not an IPv4 address`);
  }
  return {
    attachment: { network, aliases, ...(address === undefined ? {} : { ipv4Address: address.value }) },
    priority: readInteger(written.get('priority')) ?? 0,
  };
}

/** A container name is a name that others may have written into their settings: it resolves. */
function containerNames(service: Field<ServiceAsWritten>): readonly string[] {
  const name = service.get('container_name')?.value;
  return name === undefined || name === service.key ? [] : [name];
}

function isList(value: Networks): value is readonly string[] {
  return Array.isArray(value);
}
