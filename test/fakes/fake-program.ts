import { setImmediate as nextTurn } from 'node:timers/promises';

export interface FakeIo {
  out(stream: 'stdout' | 'stderr', text: string): void;
  /** Chunks of stdin until its end. */
  readonly input: AsyncIterable<Buffer>;
  /** Fires when the program is killed. */
  readonly killed: AbortSignal;
  readonly environment: readonly string[];
}

/**
 * What the few programs do that the contract suite runs, so that it can run on the fake as on real containers:
 * `true`, `sleep N` (until killed), `echo TEXT`, `cat`, `env`, and `sh -c` with `exit N` or one of these. Undefined: not found.
 */
export function fakeProgram(args: readonly string[]): ((io: FakeIo) => Promise<number>) | undefined {
  const [program = '', ...rest] = args;
  switch (program.replace(/^.*\//, '')) {
    case 'true':
      return async () => 0;
    case 'sleep':
      return untilKilled;
    case 'echo':
      return async ({ out }) => {
        out('stdout', `${rest.join(' ')}\n`);
        return 0;
      };
    case 'env':
      return async ({ out, environment }) => {
        out('stdout', environment.map((line) => `${line}\n`).join(''));
        return 0;
      };
    case 'cat':
      return async ({ out, input }) => {
        for await (const bytes of input) out('stdout', bytes.toString());
        return 0;
      };
    case 'sh':
      return shell(rest[1] ?? '');
    default:
      return undefined;
  }
}

function shell(script: string): (io: FakeIo) => Promise<number> {
  const exit = /^exit (\d+)$/.exec(script)?.[1];
  if (exit !== undefined) {
    return async () => {
      await nextTurn();
      return Number(exit);
    };
  }
  return fakeProgram(script.split(' ')) ?? (async () => 127);
}

function untilKilled({ killed }: FakeIo): Promise<number> {
  return new Promise((resolve) => {
    killed.addEventListener('abort', () => resolve(128 + Number(killed.reason)), { once: true });
  });
}
