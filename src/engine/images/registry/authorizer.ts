import type { CallOptions } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import {
  basicAuthorization,
  type CredentialSource,
  type CredentialSubject,
  type Credentials,
} from './credentials.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { RegistryHost } from './registry-host.ts';
import { fetchToken } from './token-server.ts';

export interface AuthorizerParts {
  readonly exchange: HttpExchange;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
}

interface Asked {
  readonly reference: CredentialSubject;
  readonly host: RegistryHost;
  /** The header that did not do. */
  readonly refused: string | undefined;
  /** Beside what the challenge names: `repository:team/web:pull,push` */
  readonly scopes?: readonly string[] | undefined;
}

interface KnownHeader {
  readonly authorization: string;
  /** What it allows; absent = whatever the account may. */
  readonly scopes?: readonly string[];
  /** Epoch ms from which on a new one is fetched. */
  readonly renewAt: number;
}

/**
 * Authorization headers by the challenges of registries: Basic, and Bearer tokens from the token server that the challenge
 * names (distribution's token specification). A token is kept per repository until it expires.
 */
export class Authorizer {
  readonly #parts: AuthorizerParts;
  readonly #known = new Map<string, KnownHeader>();

  constructor(parts: AuthorizerParts) {
    this.#parts = parts;
  }

  /** The header that worked last time, if there is one and it allows `scopes`. */
  known(reference: CredentialSubject, scopes: readonly string[] = []): string | undefined {
    const token = this.#known.get(key(reference));
    if (token === undefined || token.renewAt <= this.#parts.clock.now()) return undefined;
    const isEnough = token.scopes === undefined || scopes.every((scope) => token.scopes?.includes(scope));
    return isEnough ? token.authorization : undefined;
  }

  /**
   * The header that answers a 401. Undefined = we have nothing (more) to offer.
   *
   * @param header  `WWW-Authenticate`
   */
  async answer(header: string, asked: Asked, options: CallOptions = {}): Promise<string | undefined> {
    const { reference, refused } = asked;
    this.#known.delete(key(reference));
    const credentials = await this.#parts.credentials.find(reference);
    for (const challenge of parseChallenges(header)) {
      const token = await this.#respond(challenge, { ...asked, credentials }, options);
      if (token === undefined || token.authorization === refused) continue;
      this.#known.set(key(reference), token);
      return token.authorization;
    }
    return undefined;
  }

  async #respond(
    { scheme, parameters }: Challenge,
    who: Asked & { readonly credentials: Credentials | undefined },
    options: CallOptions,
  ): Promise<KnownHeader | undefined> {
    const { credentials, reference, host, scopes: wanted = [] } = who;
    if (scheme === 'bearer') {
      const { path } = reference;
      const { realm, service, scope = path === '' ? '' : `repository:${path}:pull` } = parameters;
      const scopes = joinScopes(scope.split(' ').filter(Boolean), wanted);
      const request = { realm, service, scope: scopes.join(' ') };
      const token = await fetchToken(this.#parts.exchange, request, { host, credentials }, options);
      // Renewed early, so that it does not expire on the way.
      return token && { ...token, scopes, renewAt: this.#parts.clock.now() + token.lifeMs * 0.9 };
    }
    if (scheme !== 'basic' || credentials === undefined || 'identityToken' in credentials) return undefined;
    return { authorization: basicAuthorization(credentials), renewAt: Number.POSITIVE_INFINITY };
  }
}

function key({ domain, path }: CredentialSubject): string {
  return `${domain}/${path}`;
}

/** Without those that another one contains: `pull` beside `pull,push` of the same repository. */
function joinScopes(asked: readonly string[], wanted: readonly string[]): readonly string[] {
  const all = [...new Set([...asked, ...wanted])];
  return all.filter((scope) => !all.some((other) => other !== scope && other.startsWith(`${scope},`)));
}
