import type { ProgramSession, SessionOutput } from '../client/program-session.ts';

export function terminalSize(): { readonly width: number; readonly height: number } {
  return { width: process.stdout.columns || 80, height: process.stdout.rows || 24 };
}

/** Every key goes to the program, Ctrl-C too; the terminal is given back when the result is disposed. */
export function rawTerminal(session: ProgramSession): Disposable {
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

/** @param filter  what becomes of the bytes before they are sent */
export function sendInput(session: ProgramSession, filter: (data: Buffer) => Buffer = (data) => data): void {
  process.stdin.on('data', (data: Buffer) => {
    process.stdin.pause();
    void session.write(filter(data)).then(() => process.stdin.resume());
  });
  process.stdin.once('end', () => session.endInput());
}

/** Prints what the program prints, no faster than it is read. */
export async function printOutput({ stream, data }: SessionOutput): Promise<void> {
  const output = process[stream];
  if (!output.write(data)) await new Promise((resume) => output.once('drain', resume));
}
