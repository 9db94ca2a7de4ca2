import { BlockList, isIPv4 } from 'node:net';
import type { NetworkDefinition, VolumeDefinition } from '../../model/stack.ts';
import type { ExternalAsWritten, NetworkAsWritten, VolumeAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import type { NormalizeContext } from './context.ts';
import { normalizeLabels } from './environment.ts';
import { readBoolean, readInteger } from './values.ts';

const mtuOption = 'com.docker.network.driver.mtu';

/** A network that only its use defines, such as `default`. */
export function implicitNetwork(key: string, { stackName }: NormalizeContext): NetworkDefinition {
  return { name: `${stackName}_${key}`, external: false, internal: false, enableIpv6: false, labels: {} };
}

export function normalizeNetworkDefinition(
  field: Field<NetworkAsWritten | null>,
  context: NormalizeContext,
): NetworkDefinition {
  const { value } = field;
  if (value === null || value === undefined) return implicitNetwork(field.key, context);
  const written = field.as(value);
  const mtu = readMtu(written);
  return {
    ...settleName(written, context),
    internal: readBoolean(written.get('internal')) ?? false,
    ...readSubnet(written),
    ...(mtu === undefined ? {} : { mtu }),
    enableIpv6: readBoolean(written.get('enable_ipv6')) ?? false,
    labels: normalizeLabels(written.get('labels'), undefined, context),
  };
}

export function normalizeVolumeDefinition(
  field: Field<VolumeAsWritten | null>,
  context: NormalizeContext,
): VolumeDefinition {
  const { value } = field;
  if (value === null || value === undefined) {
    return { name: `${context.stackName}_${field.key}`, external: false, labels: {} };
  }
  const written = field.as(value);
  return {
    ...settleName(written, context),
    labels: normalizeLabels(written.get('labels'), undefined, context),
  };
}

/** What is external keeps its own name and may say nothing else: it is not ours to change. */
function settleName(
  field: Field<NetworkAsWritten> | Field<VolumeAsWritten>,
  { stackName }: NormalizeContext,
): { readonly name: string; readonly external: boolean } {
  const written: Field<VolumeAsWritten> = field;
  const external = written.get('external');
  const isExternal = external !== undefined && readExternal(external);
  const oldName = typeof external?.value === 'object' ? external.value.name : undefined;
  const name = written.value.name ?? oldName ?? (isExternal ? field.key : `${stackName}_${field.key}`);
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name) || name.length > 128) {
    (written.get('name') ?? field).error(
      'spec.bad-value',
      `${quote(name)} is not a name for a network or volume`,
    );
  }
  const others = Object.keys(written.value).filter(
    (key) => key !== 'name' && key !== 'external' && !key.startsWith('x-'),
  );
  if (isExternal && others.length > 0) {
    const message = `${quote(field.key)} is external and cannot have \`${others.join('`, `')}\``;
    field.error('spec.exclusive', message, { atKey: true });
  }
  return { name, external: isExternal };
}

function readExternal(field: Field<ExternalAsWritten>): boolean {
  const { value } = field;
  return typeof value === 'object' ? true : (readBoolean(field.as(value)) ?? false);
}

function readMtu(field: Field<NetworkAsWritten>): number | undefined {
  let mtu: number | undefined;
  for (const [key, option] of field.get('driver_opts')?.entries() ?? []) {
    if (key === mtuOption) mtu = readInteger(option.as(String(option.value)), { min: 1280, max: 65_535 });
    else
      option.warn('spec.ignored', `the driver option ${quote(key)} is ignored: only the mtu is honoured`, {
        atKey: true,
      });
  }
  return mtu;
}

function readSubnet(field: Field<NetworkAsWritten>): { readonly subnet?: string; readonly gateway?: string } {
  const configs = field.get('ipam')?.get('config')?.items() ?? [];
  const ipv4 = configs.filter(({ value }) => !value.subnet?.includes(':'));
  const [first, second] = ipv4;
  second?.error('spec.unsupported', 'a network has one IPv4 subnet');
  for (const config of configs) {
    if (!ipv4.includes(config)) config.error('spec.unsupported', 'IPv6 subnets are not supported');
  }
  const subnet = first?.get('subnet');
  const gateway = first?.get('gateway');
  const network = subnet === undefined ? undefined : subnetOf(subnet.value);
  if (subnet !== undefined && network === undefined) {
    subnet.error('spec.bad-value', `${quote(subnet.value)} is not a subnet such as "10.201.4.0/24"`);
  }
  if (
    gateway !== undefined &&
    !(network?.check(gateway.value) ?? false) &&
    !(subnet !== undefined && network === undefined)
  ) {
    gateway.error('spec.bad-value', `the gateway ${quote(gateway.value)} is not an address of the subnet`);
  }
  return {
    ...(subnet === undefined ? {} : { subnet: subnet.value }),
    ...(gateway === undefined ? {} : { gateway: gateway.value }),
  };
}

/** @returns a list with the subnet in it; nothing if it is not an IPv4 subnet in CIDR notation */
export function subnetOf(cidr: string): BlockList | undefined {
  const [address = '', prefix = ''] = cidr.split('/');
  if (!isIPv4(address) || !/^\d{1,2}$/.test(prefix) || Number(prefix) < 8 || Number(prefix) > 30)
    return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix));
  return list;
}
