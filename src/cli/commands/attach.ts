import type { Attached } from '../../api/contract/generated/tsorch/v1/node.ts';
import type { ProgramSession } from '../../client/program-session.ts';
import { type CommandInput, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { DetachKeys, defaultDetachKeys, parseDetachKeys } from '../detach-keys.ts';
import { say } from '../output/console.ts';
import { printOutput, rawTerminal, sendInput, terminalSize } from '../terminal.ts';

interface AttachOptions {
  /** As they were written. */
  readonly detachKeys: string;
  readonly takesInput: boolean;
}

/** Resolves with the exit status of the container's program, or with 0 when the user has left it. */
export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [object = ''] = input.args;
  const detachKeys = stringFlag(input, 'detachKeys') ?? defaultDetachKeys;
  parseDetachKeys(detachKeys);
  const options = { detachKeys, takesInput: input.flags['stdin'] !== false };
  return withClient(context, async (client) => {
    const attachment = new Attachment(client.attach(object), options);
    context.signal.addEventListener('abort', () => attachment.detach(), { once: true });
    return attachment.run();
  });
}

class Attachment {
  readonly #session: ProgramSession;
  readonly #options: AttachOptions;
  #container = '';
  #terminal: Disposable | undefined;
  #isDetached = false;

  constructor(session: ProgramSession, options: AttachOptions) {
    this.#session = session;
    this.#options = options;
  }

  async run(): Promise<number> {
    try {
      return await this.#session.run({
        output: printOutput,
        attached: (attached) => this.#begin(attached),
        lost: (bytes) => say(`[${bytes} bytes of output were left out]`),
      });
    } catch (error) {
      if (!this.#isDetached) throw error;
      return 0;
    } finally {
      this.#terminal?.[Symbol.dispose]();
      process.stdin.pause();
      if (this.#isDetached) say(`\ndetached from ${this.#container}, which goes on`);
    }
  }

  /** The container goes on. */
  detach(): void {
    this.#isDetached = true;
    this.#session.close();
  }

  #begin({ container, tty, stdin }: Attached): void {
    this.#container = container;
    const { detachKeys, takesInput } = this.#options;
    if (tty && process.stdout.isTTY) this.#showAll();
    if (!stdin || !takesInput) return;
    const isTyping = tty && process.stdin.isTTY;
    if (isTyping) {
      say(`attached to ${container}; ${detachKeys === '' ? 'nothing' : detachKeys} detaches`);
      this.#terminal = rawTerminal(this.#session);
    }
    const keys = new DetachKeys(isTyping ? parseDetachKeys(detachKeys) : []);
    sendInput(this.#session, (data) => keys.pass(data) ?? this.#leave());
  }

  /** Programs draw their screen anew when its size changes: it does, even if it was ours already. */
  #showAll(): void {
    const { width, height } = terminalSize();
    this.#session.resize({ width, height: height + 1 });
    this.#session.resize({ width, height });
  }

  #leave(): Buffer {
    this.detach();
    return Buffer.alloc(0);
  }
}
