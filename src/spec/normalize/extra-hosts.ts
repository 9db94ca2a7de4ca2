import { isIP } from 'node:net';
import type { ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';

type ExtraHosts = NonNullable<ServiceAsWritten['extra_hosts']>;

/** `name=address` or `name:address`, a mapping, or a mapping to several; `host-gateway` is the host as seen inside. */
export function normalizeExtraHosts(field: Field<ExtraHosts> | undefined): Record<string, string> {
  const hosts = new Map<string, string>();
  for (const { name, address, at } of field === undefined ? [] : readHosts(field)) {
    const bare = address.replace(/^\[(.*)\]$/, '$1');
    if (name === '' || (bare !== 'host-gateway' && isIP(bare) === 0)) {
      const written = at.value === null ? `${name}: ` : at.value;
      at.error('spec.bad-value', `${quote(written)} is not a host and its address`, {
        hint: 'write "name=address", or "name=host-gateway" for the host',
      });
      continue;
    }
    if (hosts.has(name) && hosts.get(name) !== bare) {
      at.warn('spec.approximated', `${quote(name)} has several addresses; the last one counts`);
    }
    hosts.set(name, bare);
  }
  return Object.fromEntries(hosts);
}

interface Host {
  readonly name: string;
  readonly address: string;
  readonly at: Field<unknown>;
}

function readHosts(field: Field<ExtraHosts>): Host[] {
  const { value } = field;
  if (isList(value)) return field.as(value).items().flatMap(splitHost);
  return field
    .as(value)
    .entries()
    .flatMap(([name, at]) => {
      return readAddresses(at).map((address) => ({ name, address: address.trim(), at }));
    });
}

/** A host without a value has one address, which is empty and therefore reported. */
function readAddresses(field: Field<string | readonly string[] | null>): string[] {
  const { value } = field;
  if (value === null) return [''];
  if (typeof value === 'string') return value.split(',');
  return field
    .as(value)
    .items()
    .map((item) => item.value);
}

function splitHost(at: Field<string>): Host[] {
  const separator = at.value.includes('=') ? at.value.indexOf('=') : at.value.indexOf(':');
  if (separator < 0) return [{ name: '', address: '', at }];
  const name = at.value.slice(0, separator).trim();
  const addresses = at.value.slice(separator + 1).split(',');
  return addresses.map((address) => ({ name, address: address.trim(), at }));
}

function isList(value: ExtraHosts): value is readonly string[] {
  return Array.isArray(value);
}
