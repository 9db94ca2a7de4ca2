import { TsorchError } from '../../../lib/errors.ts';
import { runCommand } from '../../../lib/run-command.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { Credentials } from './credentials.ts';

/** Some ask a cloud's API for a token. */
const timeoutMs = 30_000;
const maxAnswerBytes = 64 << 10;
/** What `Username` says when `Secret` is an identity token. */
const tokenUser = '<token>';

interface Question {
  /** `registry.example:5000`, `https://index.docker.io/v1/` */
  readonly serverUrl: string;
  /** Who names the program, for messages. */
  readonly file: string;
}

/**
 * Asks `docker-credential-<name> get` (the protocol of docker-credential-helpers); undefined = it knows nothing of this registry.
 *
 * @throws TsorchError `registry.bad-credentials` when it cannot be run, fails, or answers something else
 */
export async function askCredentialProgram(
  name: string,
  { serverUrl, file }: Question,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const failure = (why: string, cause?: unknown) =>
    new TsorchError<ErrorCode>('registry.bad-credentials', `${program}, named by ${file}, ${why}`, {
      object: serverUrl,
      ...(cause === undefined ? {} : { cause }),
    });
  // It becomes a part of a program's name and nothing else.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw failure('is no name of a program');
  const ended = await runCommand(program, ['get'], {
    input: serverUrl,
    timeoutMs,
    maxOutputBytes: maxAnswerBytes,
  }).catch((error: unknown) => {
    throw failure('cannot be run', error);
  });
  if (ended.code !== 0) {
    if (/credentials not found/i.test(ended.stdout)) return undefined;
    throw failure(`failed: ${firstLine(ended.stderr) || firstLine(ended.stdout) || `status ${ended.code}`}`);
  }
  const found = parse(ended.stdout);
  if (found === undefined) throw failure('answered something that is no credentials');
  return found;
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
