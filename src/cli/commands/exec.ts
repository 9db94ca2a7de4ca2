import type { ExecStart } from '../../api/contract/generated/tsorch/v1/node.ts';
import { TsorchError } from '../../lib/errors.ts';
import { type CommandInput, isSet, listFlag, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { durationFlag } from '../duration-flag.ts';
import { printOutput, rawTerminal, sendInput, terminalSize } from '../terminal.ts';

/** Resolves with the program's exit status. */
export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const start = execStart(input);
  return withClient(context, async (client) => {
    const session = client.exec(start);
    using _terminal = start.tty ? rawTerminal(session) : undefined;
    if (start.interactive) sendInput(session);
    else session.endInput();
    context.signal.addEventListener('abort', () => session.close(), { once: true });
    try {
      return await session.run({ output: printOutput });
    } finally {
      process.stdin.pause();
    }
  });
}

function execStart(input: CommandInput): ExecStart {
  const [object = '', ...rest] = input.args;
  // Where options may follow the program's name, others ask for `--` in front of it.
  const args = rest[0] === '--' ? rest.slice(1) : rest;
  const tty = isSet(input, 'tty');
  const timeout = stringFlag(input, 'timeout');
  if (tty && !process.stdin.isTTY)
    throw new TsorchError('usage.bad-argument', '--tty needs a terminal on standard input', {
      hint: 'leave out -t',
    });
  return {
    object,
    args,
    tty,
    interactive: isSet(input, 'interactive'),
    user: stringFlag(input, 'user') ?? '',
    workingDir: stringFlag(input, 'workdir') ?? '',
    environment: Object.fromEntries(listFlag(input, 'env').map(assignment)),
    size: tty ? terminalSize() : undefined,
    timeoutMs: timeout === undefined ? 0 : durationFlag('timeout', timeout),
  };
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new TsorchError('usage.bad-argument', `--env "${text}" is not NAME=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}
