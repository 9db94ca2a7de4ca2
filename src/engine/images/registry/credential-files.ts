import {
  type CredentialFile,
  keyName,
  programsFor,
  readCredentialFile,
  record,
  serverKey,
} from './credential-file.ts';
import { askCredentialProgram } from './credential-program.ts';
import type { CredentialSource, CredentialSubject, Credentials } from './credentials.ts';

interface AuthEntry {
  readonly auth?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
  readonly identitytoken?: unknown;
}

/**
 * Docker's config.json and containers' auth.json, read afresh each time, as `docker login` changes them. In each file the
 * program for this registry is asked first, then the program for all, then `auths`. Keys are hosts, `https://host/v1/` and, of
 * containers' tools, `host/folder`; the longest that fits wins.
 */
export class CredentialFiles implements CredentialSource {
  readonly #files: readonly string[];

  /** @param files  the first that knows the registry wins; missing ones are skipped */
  constructor(files: readonly string[]) {
    this.#files = files;
  }

  async find(repository: CredentialSubject): Promise<Credentials | undefined> {
    for (const file of this.#files) {
      // Somebody else's broken file: we are nobody then, and the registry will say whether that is enough.
      const document = await readCredentialFile(file).catch(() => ({}));
      const found = await findIn(document, repository, file);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

async function findIn(
  document: CredentialFile,
  repository: CredentialSubject,
  file: string,
): Promise<Credentials | undefined> {
  for (const program of programsFor(document, repository.domain, file)) {
    const found = await askCredentialProgram(program, serverKey(repository.domain));
    if (found !== undefined) return found;
  }
  return decode(record(bestEntry(record(document.auths), repository)));
}

function bestEntry(entries: Readonly<Record<string, unknown>>, { domain, path }: CredentialSubject): unknown {
  const full = `${domain}/${path}`;
  const fitting = Object.entries(entries)
    .map(([key, entry]) => ({ name: keyName(key), entry }))
    .filter(({ name }) => full === name || full.startsWith(`${name}/`));
  fitting.sort((a, b) => b.name.length - a.name.length);
  return fitting[0]?.entry;
}

function decode({ identitytoken, username, password, auth }: AuthEntry): Credentials | undefined {
  if (typeof identitytoken === 'string' && identitytoken !== '') return { identityToken: identitytoken };
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  if (typeof auth !== 'string') return undefined;
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
