import type { NetworkDefinition, Stack } from '../../model/stack.ts';
import type { StackAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { subnetOf } from '../normalize/definitions.ts';

interface StaticAddress {
  readonly service: string;
  readonly network: string;
  readonly address: string;
}

/** Static addresses must lie in the subnet of their network and belong to one container. */
export function checkAddresses({ services, networks }: Stack, root: Field<StackAsWritten>): void {
  const holders = new Map<string, string>();
  for (const { name, network, replicas } of Object.values(services)) {
    if (network.kind !== 'networks') continue;
    for (const { network: key, ipv4Address: address } of network.attachments) {
      if (address === undefined) continue;
      const at = { service: name, network: key, address };
      const holder = holders.get(`${key} ${address}`);
      if (holder !== undefined) report(root, at, `is that of service ${quote(holder)} too`);
      if (replicas > 1) report(root, at, `cannot belong to ${replicas} replicas`);
      if (!isInside(address, networks[key])) report(root, at, 'needs a network whose `subnet` contains it');
      holders.set(`${key} ${address}`, name);
    }
  }
}

function isInside(address: string, definition: NetworkDefinition | undefined): boolean {
  // The subnet of an external network is known to whoever made it.
  if (definition === undefined || definition.external) return true;
  if (definition.subnet === undefined) return false;
  // A subnet that cannot be read has been reported already.
  return subnetOf(definition.subnet)?.check(address) ?? true;
}

function report(
  root: Field<StackAsWritten>,
  { service, network, address }: StaticAddress,
  what: string,
): void {
  const networks = root.get('services')?.get(service)?.get('networks');
  const message = `the address ${quote(address)} of service ${quote(service)} on network ${quote(network)} ${what}`;
  networks?.error('spec.duplicate-address', message, { atKey: true });
}
