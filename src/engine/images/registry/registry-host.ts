import { isIP } from 'node:net';
import { dockerHub } from '../../../model/image-reference.ts';

/** Where a domain's API is, and how far it is trusted. */
export interface RegistryHost {
  /** As in references, for messages and credentials. */
  readonly domain: string;
  /** `registry-1.docker.io` for `docker.io`. */
  readonly address: string;
  /** Clear text and unknown certificates will do: configured so, or it is this machine. */
  readonly isInsecure: boolean;
}

export function registryHost(domain: string, insecureRegistries: readonly string[]): RegistryHost {
  const address = domain === dockerHub ? 'registry-1.docker.io' : domain;
  const isInsecure = insecureRegistries.includes(domain) || isLoopback(hostName(address));
  return { domain, address, isInsecure };
}

/** `[::1]:5000` -> `::1` */
function hostName(address: string): string {
  const bracketed = /^\[(.*)\]/.exec(address)?.[1];
  return bracketed ?? address.replace(/:\d+$/, '');
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
