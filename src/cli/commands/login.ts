import { TsorchError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { type CommandInput, isSet, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { ensureDaemon } from '../node-process.ts';
import { say } from '../output/console.ts';
import { askHidden, askLine } from '../prompt.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [name = ''] = input.args;
  const credentials = await readCredentials(input, context.signal);
  await ensureDaemon(context);
  const { registry, keptIn } = await withClient(context, (client) =>
    client.call('login', { registry: name, ...credentials }, { signal: context.signal }),
  );
  say(`logged in to ${registry} as ${credentials.username}; kept in ${keptIn}`);
  return 0;
}

async function readCredentials(input: CommandInput, signal: AbortSignal) {
  const isPiped = isSet(input, 'passwordStdin');
  const given = stringFlag(input, 'username');
  if (isPiped && given === undefined) throw missing('--password-stdin needs --username');
  if (!isPiped && !process.stdin.isTTY)
    throw missing('there is no terminal to ask for the password on', 'pipe it in, with --password-stdin');
  const username = given ?? (await askLine('Username: ', signal));
  const password = isPiped ? await readPassword() : await askHidden('Password: ', signal);
  if (username === '' || password === '') throw missing('user name and password must not be empty');
  return { username, password };
}

/** Without the line's end that echo and editors put behind it. */
async function readPassword(): Promise<string> {
  const chunks = await process.stdin.toArray();
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function missing(message: string, hint?: string): TsorchError<ErrorCode> {
  return new TsorchError('usage.bad-argument', message, hint === undefined ? {} : { hint });
}
