import type { ContainerSpec } from '../../model/container-spec.ts';
import type { NameRecord } from '../host/hostd-methods.ts';

/** A container of a service, with what it answers on. */
export interface ServiceMember {
  readonly spec: ContainerSpec;
  /** Host name of the network -> addresses without prefix length. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

export interface ServiceMembers {
  readonly all: readonly ServiceMember[];
  readonly ready: readonly ServiceMember[];
}

/**
 * The DNS names of a service, per network it is attached to:
 *
 * - `web`, `web.shop` and its aliases: the ready ones
 * - `tasks.web`: all, whatever their health
 * - `shop-web-2` (the container's name) and `2.web`: that one
 */
export function serviceNames({ all, ready }: ServiceMembers): readonly NameRecord[] {
  const names = new NameTable();
  for (const { spec, addresses } of ready) {
    const { service, stack } = spec.slot;
    for (const [network, list] of Object.entries(addresses)) {
      for (const name of [service, `${service}.${stack}`, ...aliasesOn(network, spec)])
        names.add(network, name, list);
    }
  }
  for (const { spec, addresses } of all) {
    const { service, ordinal } = spec.slot;
    for (const [network, list] of Object.entries(addresses)) {
      for (const name of [`tasks.${service}`, `${ordinal}.${service}`, spec.name])
        names.add(network, name, list);
    }
  }
  return names.records();
}

function aliasesOn(network: string, { definition, networks }: ContainerSpec): readonly string[] {
  if (definition.network.kind !== 'networks') return [];
  return definition.network.attachments.flatMap((attachment) =>
    networks[attachment.network] === network ? attachment.aliases : [],
  );
}

/** Names are case-insensitive; an alias may repeat another name of the service. */
class NameTable {
  readonly #records = new Map<string, { network: string; name: string; addresses: Set<string> }>();

  add(network: string, name: string, addresses: readonly string[]): void {
    const key = `${network}\0${name.toLowerCase()}`;
    const record = this.#records.get(key) ?? { network, name: name.toLowerCase(), addresses: new Set() };
    for (const address of addresses) record.addresses.add(address);
    this.#records.set(key, record);
  }

  records(): readonly NameRecord[] {
    return [...this.#records.values()].map(({ network, name, addresses }) => ({
      network,
      name,
      addresses: [...addresses],
    }));
  }
}
