import { type ImageReference, parseImageReference } from '../../../model/image-reference.ts';
import type { TrustPolicy, TrustRule } from './trust-policy.ts';

interface Scope {
  /** Lower case, without the port that the protocol implies. */
  readonly host: string;
  /** `*.registry.example` stands for all hosts below, not for the domain itself. */
  readonly isWildcard: boolean;
  /** `team/web`, or '' for all of the registry. */
  readonly path: string;
}

/** Undefined when the text is no registry, folder of one, or repository. */
export function parseScope(text: string): Scope | undefined {
  const isWildcard = text.startsWith('*.');
  const plain = isWildcard ? text.slice(2) : text;
  const slash = plain.indexOf('/');
  const host = slash < 0 ? plain : plain.slice(0, slash);
  // A first part that is no host would be a folder of Docker Hub; below a wildcard it can only be a host.
  if (!/[.:]/.test(host) && host !== 'localhost' && !isWildcard) return undefined;
  // As part of a reference it must be one: tags and digests have no place here.
  const path = slash < 0 ? '' : plain.slice(slash + 1);
  const probe = parseImageReference(`${isWildcard ? 'any.' : ''}${host}/${path === '' ? 'any' : path}`);
  if (probe === undefined || /[:@]/.test(path) || (slash >= 0 && path === '')) return undefined;
  const domain = isWildcard ? probe.domain.slice('any.'.length) : probe.domain;
  return { host: normalHost(domain), isWildcard, path };
}

/** The rule of the most specific scope: an exact host before a wildcard, then the longer one, then the longer path. */
export function ruleFor(policy: TrustPolicy, reference: Pick<ImageReference, 'domain' | 'path'>): TrustRule {
  const host = normalHost(reference.domain);
  const matching = policy.scopes.flatMap((rule) => {
    const scope = parseScope(rule.scope);
    return scope !== undefined && matches(scope, host, reference.path) ? [{ rule, scope }] : [];
  });
  matching.sort((a, b) => compare(b.scope, a.scope));
  return matching[0]?.rule ?? policy.fallback;
}

/** Where an image comes from, written in one way only: `Registry.Example:443/a` and `registry.example/a` are the same place. */
export function normalRepository({ domain, path }: Pick<ImageReference, 'domain' | 'path'>): string {
  return `${normalHost(domain)}/${path}`;
}

function matches(scope: Scope, host: string, path: string): boolean {
  const isHost = scope.isWildcard ? host.endsWith(`.${scope.host}`) : host === scope.host;
  return isHost && (scope.path === '' || path === scope.path || path.startsWith(`${scope.path}/`));
}

function compare(a: Scope, b: Scope): number {
  return (
    Number(b.isWildcard) - Number(a.isWildcard) ||
    a.host.length - b.host.length ||
    a.path.length - b.path.length
  );
}

/** Nobody leaves a scope by another spelling of the same host. */
function normalHost(domain: string): string {
  return domain.toLowerCase().replace(/:(?:443|80)$/, '');
}
