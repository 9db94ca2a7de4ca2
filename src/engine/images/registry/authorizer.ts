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

interface KnownHeader {
  readonly authorization: string;
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

  /** The header that worked last time, if there is one. */
  known(reference: CredentialSubject): string | undefined {
    const token = this.#known.get(key(reference));
    return token !== undefined && token.renewAt > this.#parts.clock.now() ? token.authorization : undefined;
  }

  /**
   * The header that answers a 401. Undefined = we have nothing (more) to offer.
   *
   * @param header  `WWW-Authenticate`
   * @param refused  the header that did not do
   */
  async answer(
    header: string,
    {
      reference,
      host,
      refused,
    }: { reference: CredentialSubject; host: RegistryHost; refused: string | undefined },
    options: CallOptions = {},
  ): Promise<string | undefined> {
    this.#known.delete(key(reference));
    const credentials = await this.#parts.credentials.find(reference);
    for (const challenge of parseChallenges(header)) {
      const token = await this.#respond(challenge, { reference, host, credentials }, options);
      if (token === undefined || token.authorization === refused) continue;
      this.#known.set(key(reference), token);
      return token.authorization;
    }
    return undefined;
  }

  async #respond(
    { scheme, parameters }: Challenge,
    who: { reference: CredentialSubject; host: RegistryHost; credentials: Credentials | undefined },
    options: CallOptions,
  ): Promise<KnownHeader | undefined> {
    const { credentials, reference, host } = who;
    if (scheme === 'bearer') {
      const { path } = reference;
      const { realm, service, scope = path === '' ? '' : `repository:${path}:pull` } = parameters;
      const request = { realm, service, scope };
      const token = await fetchToken(this.#parts.exchange, request, { host, credentials }, options);
      // Renewed early, so that it does not expire on the way.
      return token && { ...token, renewAt: this.#parts.clock.now() + token.lifeMs * 0.9 };
    }
    if (scheme !== 'basic' || credentials === undefined || 'identityToken' in credentials) return undefined;
    return { authorization: basicAuthorization(credentials), renewAt: Number.POSITIVE_INFINITY };
  }
}

function key({ domain, path }: CredentialSubject): string {
  return `${domain}/${path}`;
}
