import { readFile } from 'node:fs/promises';
import { dockerHub } from '../../../model/image-reference.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Who we are at a registry; undefined = nobody. */
export interface CredentialSource {
  find(repository: { readonly domain: string; readonly path: string }): Promise<Credentials | undefined>;
}

const hubKey = 'https://index.docker.io/v1/';

/**
 * `auths` of Docker's config.json or containers' auth.json, read afresh each time, as `docker login` changes it. Keys are
 * hosts, `https://host/v1/` and, of containers' tools, `host/folder`; the longest that fits wins.
 */
export class DockerConfigCredentials implements CredentialSource {
  readonly #files: readonly string[];

  /** @param files  the first that knows the registry wins; missing ones are skipped */
  constructor(files: readonly string[]) {
    this.#files = files;
  }

  async find(repository: {
    readonly domain: string;
    readonly path: string;
  }): Promise<Credentials | undefined> {
    for (const file of this.#files) {
      const found = bestEntry(await readAuths(file), repository);
      const credentials = found === undefined ? undefined : decode(found);
      if (credentials !== undefined) return credentials;
    }
    return undefined;
  }
}

interface AuthEntry {
  readonly auth?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
}

async function readAuths(file: string): Promise<Readonly<Record<string, AuthEntry>>> {
  try {
    const document: unknown = JSON.parse(await readFile(file, 'utf8'));
    const auths = (document as { readonly auths?: unknown } | null)?.auths;
    return typeof auths === 'object' && auths !== null ? (auths as Readonly<Record<string, AuthEntry>>) : {};
  } catch {
    // Missing or somebody else's broken file: we are nobody then, and the registry will say whether that is enough.
    return {};
  }
}

function bestEntry(
  auths: Readonly<Record<string, AuthEntry>>,
  { domain, path }: { readonly domain: string; readonly path: string },
): AuthEntry | undefined {
  const full = `${domain}/${path}`;
  const fitting = Object.entries(auths)
    .map(([key, entry]) => ({ name: keyName(key), entry }))
    .filter(({ name }) => full === name || full.startsWith(`${name}/`));
  fitting.sort((a, b) => b.name.length - a.name.length);
  return fitting[0]?.entry;
}

/** `https://registry.example/v1/` -> `registry.example` */
function keyName(key: string): string {
  if (key === hubKey || key === 'index.docker.io') return dockerHub;
  return key.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '');
}

function decode(entry: AuthEntry): Credentials | undefined {
  if (typeof entry.username === 'string' && typeof entry.password === 'string')
    return { username: entry.username, password: entry.password };
  if (typeof entry.auth !== 'string') return undefined;
  const text = Buffer.from(entry.auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
