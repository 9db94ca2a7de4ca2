import type { ExecStart } from '../../api/contract/generated/tsorch/v1/node.ts';
import type { ExecSession } from '../../client/exec-session.ts';
import { TsorchError } from '../../lib/errors.ts';
import { type CommandInput, isSet, listFlag, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';

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
      return await session.run(({ stream, data }) => write(process[stream], data));
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
  };
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new TsorchError('usage.bad-argument', `--env "${text}" is not NAME=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function terminalSize() {
  return { width: process.stdout.columns || 80, height: process.stdout.rows || 24 };
}

/** Every key goes to the program, Ctrl-C too; the terminal is given back when the result is disposed. */
function rawTerminal(session: ExecSession): Disposable {
  const resize = () => session.resize(terminalSize());
  process.stdin.setRawMode(true);
  process.stdout.on('resize', resize);
  return {
    [Symbol.dispose]() {
      process.stdout.off('resize', resize);
      process.stdin.setRawMode(false);
    },
  };
}

function sendInput(session: ExecSession): void {
  process.stdin.on('data', (data: Buffer) => {
    process.stdin.pause();
    void session.write(data).then(() => process.stdin.resume());
  });
  process.stdin.once('end', () => session.endInput());
}

async function write(stream: NodeJS.WriteStream, data: Buffer): Promise<void> {
  if (!stream.write(data)) await new Promise((resume) => stream.once('drain', resume));
}
