import { readFile } from 'node:fs/promises';
import { dockerHub } from '../../../model/image-reference.ts';
import { askCredentialProgram } from './credential-program.ts';
import type { CredentialSource, CredentialSubject, Credentials } from './credentials.ts';

/** What `docker login` calls Docker Hub, in files and towards credential programs. */
const hubKey = 'https://index.docker.io/v1/';

interface CredentialFile {
  /** Registry -> name of the program that knows its credentials. */
  readonly credHelpers?: unknown;
  /** Name of the program that knows those of all registries. */
  readonly credsStore?: unknown;
  readonly auths?: unknown;
}

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
      const found = await findIn(await read(file), repository, file);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

async function read(file: string): Promise<CredentialFile> {
  try {
    return record(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Missing or somebody else's broken file: we are nobody then, and the registry will say whether that is enough.
    return {};
  }
}

async function findIn(
  { credHelpers, credsStore, auths }: CredentialFile,
  repository: CredentialSubject,
  file: string,
): Promise<Credentials | undefined> {
  const serverUrl = repository.domain === dockerHub ? hubKey : repository.domain;
  const programs = [bestEntry(record(credHelpers), repository), credsStore];
  for (const program of programs) {
    if (typeof program !== 'string' || program === '') continue;
    const found = await askCredentialProgram(program, { serverUrl, file });
    if (found !== undefined) return found;
  }
  return decode(record(bestEntry(record(auths), repository)));
}

function bestEntry(entries: Readonly<Record<string, unknown>>, { domain, path }: CredentialSubject): unknown {
  const full = `${domain}/${path}`;
  const fitting = Object.entries(entries)
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

function decode({ identitytoken, username, password, auth }: AuthEntry): Credentials | undefined {
  if (typeof identitytoken === 'string' && identitytoken !== '') return { identityToken: identitytoken };
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  if (typeof auth !== 'string') return undefined;
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
