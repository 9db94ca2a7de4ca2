import type { CallOptions } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { ImageReference } from '../../../model/image-reference.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { basicAuthorization, type CredentialSource, type Credentials } from './credentials.ts';
import { type HttpExchange, readBody } from './http-exchange.ts';
import { UnexpectedStatus, unexpectedStatus } from './registry-error.ts';
import type { RegistryHost } from './registry-host.ts';

export interface AuthorizerParts {
  readonly exchange: HttpExchange;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
}

interface Token {
  readonly authorization: string;
  /** Epoch ms from which on a new one is fetched. */
  readonly renewAt: number;
}

const shortestLifeMs = 60_000;
const maxTokenBytes = 1 << 20;

/**
 * Authorization headers by the challenges of registries: Basic, and Bearer tokens from the token server that the challenge
 * names (distribution's token specification). A token is kept per repository until it expires.
 */
export class Authorizer {
  readonly #parts: AuthorizerParts;
  readonly #known = new Map<string, Token>();

  constructor(parts: AuthorizerParts) {
    this.#parts = parts;
  }

  /** The header that worked last time, if there is one. */
  known(reference: ImageReference): string | undefined {
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
    }: { reference: ImageReference; host: RegistryHost; refused: string | undefined },
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
    who: { reference: ImageReference; host: RegistryHost; credentials: Credentials | undefined },
    options: CallOptions,
  ): Promise<Token | undefined> {
    if (scheme === 'bearer') return this.#fetchToken(parameters, who, options);
    if (scheme !== 'basic' || who.credentials === undefined) return undefined;
    return { authorization: basicAuthorization(who.credentials), renewAt: Number.POSITIVE_INFINITY };
  }

  async #fetchToken(
    { realm, service, scope }: Readonly<Record<string, string>>,
    {
      reference,
      host,
      credentials,
    }: { reference: ImageReference; host: RegistryHost; credentials: Credentials | undefined },
    { signal }: CallOptions,
  ): Promise<Token | undefined> {
    const url = tokenUrl(realm, host);
    if (url === undefined) return undefined;
    if (service !== undefined) url.searchParams.set('service', service);
    for (const one of (scope ?? `repository:${reference.path}:pull`).split(' '))
      url.searchParams.append('scope', one);
    const headers: Record<string, string> = { accept: 'application/json' };
    // Never in clear to another machine: a challenge is only a registry's word.
    const isPrivate = url.protocol === 'https:' || url.host === host.address;
    if (credentials !== undefined && isPrivate) headers['authorization'] = basicAuthorization(credentials);
    const acceptAnyCertificate = host.isInsecure && url.host === host.address;
    const response = await this.#parts.exchange.send({
      method: 'GET',
      url,
      headers,
      acceptAnyCertificate,
      signal,
    });
    if (response.statusCode !== 200) throw await unexpectedStatus(response);
    return this.#readToken(await readBody(response, maxTokenBytes));
  }

  #readToken(body: Buffer): Token {
    const answer = parseObject(body);
    const token = answer['token'] ?? answer['access_token'];
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
      throw new UnexpectedStatus(502, 'the token server answered without a token', undefined);
    const seconds = Number(answer['expires_in'] ?? 60);
    const lifeMs = Math.max(shortestLifeMs, Number.isFinite(seconds) ? seconds * 1000 : 0);
    return {
      authorization: `Bearer ${token}`,
      // Early, so that it does not expire on the way.
      renewAt: this.#parts.clock.now() + lifeMs * 0.9,
    };
  }
}

function key({ domain, path }: ImageReference): string {
  return `${domain}/${path}`;
}

function tokenUrl(realm: string | undefined, host: RegistryHost): URL | undefined {
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && host.isInsecure ? url : undefined;
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
