import { dockerHub } from '../../../model/image-reference.ts';
import type { TlsMaterial, Trust } from './http-exchange.ts';
import { isLoopback } from './loopback.ts';

/** Where a domain's API is, and how far it is trusted. */
export interface RegistryHost {
  /** As in references, for messages and credentials. */
  readonly domain: string;
  /** `registry-1.docker.io` for `docker.io`. */
  readonly address: string;
  /** Of a mirror: what stands before the repository, `hub/`; may be empty. */
  readonly folder: string;
  /** Clear text and unknown certificates will do: configured so, or it is this machine. */
  readonly isInsecure: boolean;
  readonly tls?: TlsMaterial;
}

/** Has what another registry has. Bytes of a digest can be checked, so anybody may serve them; what a tag means cannot. */
export interface Mirror extends RegistryHost {
  readonly resolvesTags: boolean;
}

/** How one registry is to be spoken to; of node.yaml. */
export interface RegistryRule {
  readonly insecure?: boolean;
  readonly tls?: TlsMaterial;
  /** Asked before it, in order. */
  readonly mirrors?: readonly MirrorRule[];
}

export interface MirrorRule {
  /** `mirror.example:5000/hub` */
  readonly location: string;
  readonly tags?: boolean;
}

/** By domain. A mirror that has a rule of its own is spoken to by it. */
export type RegistryRules = Readonly<Record<string, RegistryRule>>;

export function registryHost(domain: string, rules: RegistryRules): RegistryHost {
  const address = domain === dockerHub ? 'registry-1.docker.io' : domain;
  const { insecure = false, tls } = rules[domain] ?? {};
  const isInsecure = insecure || isLoopback(hostName(address));
  return { domain, address, folder: '', isInsecure, ...(tls === undefined ? {} : { tls }) };
}

export function mirrorsOf(domain: string, rules: RegistryRules): readonly Mirror[] {
  return (rules[domain]?.mirrors ?? []).map(({ location, tags = false }) => {
    const [host = '', ...folders] = location.replace(/\/+$/, '').split('/');
    const folder = folders.map((name) => `${name}/`).join('');
    return { ...registryHost(host, rules), folder, resolvesTags: tags };
  });
}

/** @param isItself  false for the host that it redirects to, which is a stranger */
export function trustIn({ isInsecure, tls }: RegistryHost, isItself: boolean): Trust {
  return { acceptAnyCertificate: isInsecure && isItself, tls: isItself ? tls : undefined };
}

/** `[::1]:5000` -> `::1` */
function hostName(address: string): string {
  const bracketed = /^\[(.*)\]/.exec(address)?.[1];
  return bracketed ?? address.replace(/:\d+$/, '');
}
