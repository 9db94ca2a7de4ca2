import type { CallOptions } from '../../../lib/abort.ts';
import { basicAuthorization, type Credentials, type IdentityToken } from './credentials.ts';
import { type HttpExchange, type HttpRequest, readBody } from './http-exchange.ts';
import { UnexpectedStatus, unexpectedStatus } from './registry-error.ts';
import { type RegistryHost, trustIn } from './registry-host.ts';

/** Whom to ask, for what: the parameters of a Bearer challenge. */
export interface TokenRequest {
  readonly realm: string | undefined;
  readonly service: string | undefined;
  /** `repository:team/web:pull`, several apart by blanks; may be empty */
  readonly scope: string;
}

export interface Token {
  /** `Bearer ...` */
  readonly authorization: string;
  /** Counted from the answer. */
  readonly lifeMs: number;
}

interface Asker {
  /** The registry that named the token server. */
  readonly host: RegistryHost;
  readonly credentials: Credentials | undefined;
}

const shortestLifeMs = 60_000;
const maxTokenBytes = 1 << 20;
/** What an OAuth2 server shows the user whose token it is. */
const clientId = 'tsorch';

/**
 * A token of the server that a registry names: by GET, or for an identity token by OAuth2's POST (distribution's token and
 * oauth specifications). Undefined = there is no server that may be asked.
 */
export async function fetchToken(
  exchange: HttpExchange,
  request: TokenRequest,
  asker: Asker,
  { signal }: CallOptions,
): Promise<Token | undefined> {
  const url = tokenUrl(request.realm, asker.host);
  if (url === undefined) return undefined;
  // Never in clear to another machine: a challenge is only a registry's word.
  const isPrivate = url.protocol === 'https:' || url.host === asker.host.address;
  const credentials = isPrivate ? asker.credentials : undefined;
  const response = await exchange.send({
    ...(isIdentity(credentials)
      ? postRequest(url, request, credentials)
      : getRequest(url, request, credentials)),
    trust: trustIn(asker.host, url.host === asker.host.address),
    signal,
  });
  if (response.statusCode !== 200) throw await unexpectedStatus(response);
  return readToken(await readBody(response, maxTokenBytes));
}

type Request = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>;

function getRequest(
  url: URL,
  { service, scope }: TokenRequest,
  credentials: Exclude<Credentials, IdentityToken> | undefined,
): Request {
  if (service !== undefined) url.searchParams.set('service', service);
  for (const one of scope.split(' ').filter(Boolean)) url.searchParams.append('scope', one);
  const authorization = credentials === undefined ? {} : { authorization: basicAuthorization(credentials) };
  return { method: 'GET', url, headers: { accept: 'application/json', ...authorization } };
}

function postRequest(url: URL, { service, scope }: TokenRequest, { identityToken }: IdentityToken): Request {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    ...(service === undefined ? {} : { service }),
    client_id: clientId,
    scope,
    refresh_token: identityToken,
  });
  const body = Buffer.from(form.toString());
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
  };
  return { method: 'POST', url, headers, body };
}

function isIdentity(credentials: Credentials | undefined): credentials is IdentityToken {
  return credentials !== undefined && 'identityToken' in credentials;
}

function tokenUrl(realm: string | undefined, host: RegistryHost): URL | undefined {
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && host.isInsecure ? url : undefined;
}

function readToken(body: Buffer): Token {
  const answer = parseObject(body);
  const token = answer['token'] ?? answer['access_token'];
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new UnexpectedStatus(502, 'the token server answered without a token', undefined);
  const seconds = Number(answer['expires_in'] ?? 60);
  const lifeMs = Math.max(shortestLifeMs, Number.isFinite(seconds) ? seconds * 1000 : 0);
  return { authorization: `Bearer ${token}`, lifeMs };
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
