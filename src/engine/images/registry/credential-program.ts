import { TsorchError } from '../../../lib/errors.ts';
import { runCommand } from '../../../lib/run-command.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { Credentials, PasswordCredentials } from './credentials.ts';

/** Some ask a cloud's API for a token. */
const timeoutMs = 30_000;
const maxAnswerBytes = 64 << 10;
/** What `Username` says when `Secret` is an identity token. */
const tokenUser = '<token>';

/** `docker-credential-<name>`, and who names it, for messages. */
export interface CredentialProgram {
  readonly name: string;
  readonly file: string;
}

/**
 * Asks for the credentials of a registry; undefined = it knows nothing of this one.
 *
 * @param serverUrl  `registry.example:5000`, `https://index.docker.io/v1/`
 * @throws TsorchError `registry.bad-credentials` when it cannot be run, fails, or answers something else
 */
export async function askCredentialProgram(
  program: CredentialProgram,
  serverUrl: string,
): Promise<Credentials | undefined> {
  const answer = await call(program, 'get', serverUrl);
  if (answer === undefined) return undefined;
  const found = parse(answer);
  if (found === undefined) throw failure(program, 'answered something that is no credentials');
  return found;
}

/** @throws TsorchError `registry.bad-credentials` */
export async function tellCredentialProgram(
  program: CredentialProgram,
  serverUrl: string,
  { username, password }: PasswordCredentials,
): Promise<void> {
  await call(
    program,
    'store',
    JSON.stringify({ ServerURL: serverUrl, Username: username, Secret: password }),
  );
}

/** False when it knew nothing of this registry. @throws TsorchError `registry.bad-credentials` */
export async function eraseFromCredentialProgram(
  program: CredentialProgram,
  serverUrl: string,
): Promise<boolean> {
  return (await call(program, 'erase', serverUrl)) !== undefined;
}

/** The protocol of docker-credential-helpers; undefined = "credentials not found", which is no failure. */
async function call(
  program: CredentialProgram,
  verb: 'get' | 'store' | 'erase',
  input: string,
): Promise<string | undefined> {
  const { name } = program;
  // It becomes a part of a program's name and nothing else.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw failure(program, 'is no name of a program');
  const limits = { timeoutMs, maxOutputBytes: maxAnswerBytes };
  const { code, stdout, stderr } = await runCommand(`docker-credential-${name}`, [verb], {
    input,
    ...limits,
  }).catch((error: unknown) => {
    throw failure(program, 'cannot be run', error);
  });
  if (code === 0) return stdout;
  if (/credentials not found/i.test(stdout)) return undefined;
  throw failure(program, `failed: ${firstLine(stderr) || firstLine(stdout) || `status ${code}`}`);
}

function failure({ name, file }: CredentialProgram, why: string, cause?: unknown): TsorchError<ErrorCode> {
  const program = `docker-credential-${name}`;
  return new TsorchError('registry.bad-credentials', `${program}, named by ${file}, ${why}`, {
    object: program,
    ...(cause === undefined ? {} : { cause }),
  });
}

function parse(answer: string): Credentials | undefined {
  try {
    const { Username: username, Secret: secret } = JSON.parse(answer) as Record<string, unknown>;
    if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
    return username === tokenUser ? { identityToken: secret } : { username, password: secret };
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replaceAll(/\p{C}+/gu, ' ').slice(0, 200);
}
