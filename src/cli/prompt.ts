import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { TsorchError } from '../lib/errors.ts';

/** Asks on the terminal; the question goes to stderr. Rejects with the signal's reason. */
export async function askLine(question: string, signal: AbortSignal): Promise<string> {
  return (await ask(question, process.stderr, signal)).trim();
}

/** Shows nothing of what is typed. */
export async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await ask('', nowhere, signal);
  } finally {
    process.stderr.write('\n');
  }
}

async function ask(question: string, output: NodeJS.WritableStream, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // With the terminal in raw mode Ctrl-C is a key like any other.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<never>((_, reject) => {
    lines.once('close', () =>
      reject(new TsorchError('usage.bad-argument', 'the input ended without an answer')),
    );
  });
  try {
    return await Promise.race([lines.question(question, { signal }), ended]);
  } finally {
    ended.catch(() => {});
    lines.close();
  }
}
