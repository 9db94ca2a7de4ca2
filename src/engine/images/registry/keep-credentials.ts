import { mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import {
  type CredentialFile,
  keyName,
  programsFor,
  readCredentialFile,
  record,
  serverKey,
} from './credential-file.ts';
import { eraseFromCredentialProgram, tellCredentialProgram } from './credential-program.ts';
import type { PasswordCredentials } from './credentials.ts';

/**
 * Keeps credentials where `docker login` would: with the program that the file names for this registry, else in the file itself.
 *
 * @returns where they are now: `/root/.docker/config.json`, `docker-credential-pass`
 * @throws TsorchError `registry.bad-credentials`; the file is as it was then
 */
export async function keepCredentials(
  file: string,
  domain: string,
  credentials: PasswordCredentials,
): Promise<string> {
  const document = await readForChange(file);
  const [program] = programsFor(document, domain, file);
  if (program !== undefined) {
    await tellCredentialProgram(program, serverKey(domain), credentials);
    return `docker-credential-${program.name}`;
  }
  const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  write(file, { ...document, auths: { ...othersThan(domain, document), [serverKey(domain)]: { auth } } });
  return file;
}

/** Forgets them in every file and program that has them; false = nobody had. @throws TsorchError `registry.bad-credentials` */
export async function dropCredentials(files: readonly string[], domain: string): Promise<boolean> {
  let found = false;
  for (const file of files) {
    const document = await readForChange(file);
    for (const program of programsFor(document, domain, file))
      found = (await eraseFromCredentialProgram(program, serverKey(domain))) || found;
    const auths = record(document.auths);
    const others = othersThan(domain, document);
    if (Object.keys(others).length === Object.keys(auths).length) continue;
    write(file, { ...document, auths: others });
    found = true;
  }
  return found;
}

function othersThan(domain: string, { auths }: CredentialFile): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record(auths)).filter(([key]) => keyName(key) !== domain));
}

async function readForChange(file: string): Promise<CredentialFile> {
  return readCredentialFile(file).catch((cause: unknown) => {
    throw new TsorchError<ErrorCode>(
      'registry.bad-credentials',
      `${file} cannot be read, so it is not changed`,
      {
        cause,
        object: file,
        hint: 'correct the file, or move it away',
      },
    );
  });
}

function write(file: string, document: CredentialFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Where people link their configuration from elsewhere, the link stays.
  writeFileAtomic(realPath(file), `${JSON.stringify(document, null, '\t')}\n`, {
    mode: 0o600,
    durable: true,
  });
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
