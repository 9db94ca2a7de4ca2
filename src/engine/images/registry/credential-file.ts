import { readFile } from 'node:fs/promises';
import { dockerHub } from '../../../model/image-reference.ts';
import type { CredentialProgram } from './credential-program.ts';

/** What `docker login` calls Docker Hub, in files and towards credential programs. */
const hubKey = 'https://index.docker.io/v1/';

/** Docker's config.json or containers' auth.json, of which everything else is kept as it is. */
export interface CredentialFile {
  /** Registry -> name of the program that knows its credentials. */
  readonly credHelpers?: unknown;
  /** Name of the program that knows those of all registries. */
  readonly credsStore?: unknown;
  readonly auths?: unknown;
}

/** Empty when it is missing. @throws when it cannot be read or is no JSON object */
export async function readCredentialFile(path: string): Promise<CredentialFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '{}';
  });
  const document: unknown = JSON.parse(text);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new SyntaxError('it is no JSON object');
  return document;
}

/** How a registry is called in files and towards programs. */
export function serverKey(domain: string): string {
  return domain === dockerHub ? hubKey : domain;
}

/** `https://registry.example/v1/` -> `registry.example` */
export function keyName(key: string): string {
  if (key === hubKey || key === 'index.docker.io') return dockerHub;
  return key.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '');
}

/** Those that are asked for a registry, in order. */
export function programsFor(
  document: CredentialFile,
  domain: string,
  file: string,
): readonly CredentialProgram[] {
  const own = Object.entries(record(document.credHelpers)).find(([key]) => keyName(key) === domain)?.[1];
  const names = [own, document.credsStore].filter((name) => typeof name === 'string' && name !== '');
  return names.map((name) => ({ name: name as string, file }));
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
