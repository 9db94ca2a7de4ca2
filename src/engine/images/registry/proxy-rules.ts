import { BlockList, isIP } from 'node:net';
import { isLoopback } from './loopback.ts';

/** Through whom registries are reached (`HTTP_PROXY` and its kin, `proxy:` of node.yaml). */
export interface ProxySettings {
  /** For addresses in clear text: `http://user:password@proxy.example:3128` */
  readonly http?: string;
  /** For all others. */
  readonly https?: string;
  /** Who is reached without: `example.org` with all below it, `.example.org` only what is below it, `10.0.0.0/8`, each with or without `:port`; `*` = everybody. */
  readonly exclude?: readonly string[];
}

interface Exclusion {
  readonly port: string | undefined;
  readonly matches: (host: string) => boolean;
}

export class ProxyRules {
  readonly #proxies: Readonly<Record<string, URL | undefined>>;
  readonly #exclusions: readonly Exclusion[];

  constructor({ http, https, exclude = [] }: ProxySettings) {
    this.#proxies = { 'http:': proxyUrl(http), 'https:': proxyUrl(https) };
    this.#exclusions = exclude.map((entry) => entry.trim().toLowerCase()).flatMap(parseExclusion);
  }

  /** Undefined = straight there; always so for this machine. */
  proxyFor({ protocol, hostname, port }: URL): URL | undefined {
    const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
    if (isLoopback(host)) return undefined;
    const actualPort = port || (protocol === 'https:' ? '443' : '80');
    const isExcluded = this.#exclusions.some(
      (exclusion) => (exclusion.port ?? actualPort) === actualPort && exclusion.matches(host),
    );
    return isExcluded ? undefined : this.#proxies[protocol];
  }
}

/** `proxy.example:3128` is meant as http, as everybody does it. */
function proxyUrl(text: string | undefined): URL | undefined {
  if (text === undefined || text === '') return undefined;
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(full) ? new URL(full) : undefined;
}

function parseExclusion(entry: string): readonly Exclusion[] {
  if (entry === '') return [];
  if (entry === '*') return [{ port: undefined, matches: () => true }];
  const [, bracketed, plain = '', port] =
    /^(?:\[(.*)\]|(.*?))(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  const name = bracketed ?? plain;
  return [{ port, matches: isIP(name.split('/')[0] ?? '') > 0 ? addressMatcher(name) : nameMatcher(name) }];
}

function nameMatcher(name: string): Exclusion['matches'] {
  const bare = name.replace(/^\*?\./, '');
  return (host) => (host === bare && bare === name) || host.endsWith(`.${bare}`);
}

function addressMatcher(name: string): Exclusion['matches'] {
  const [address = '', bits] = name.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  const length = bits === undefined ? undefined : Number(bits);
  if (length === undefined) list.addAddress(address, family);
  else if (Number.isInteger(length) && length <= (family === 'ipv6' ? 128 : 32))
    list.addSubnet(address, length, family);
  return (host) => isIP(host) > 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
