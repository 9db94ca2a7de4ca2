import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Caches by the command whose code they hold (scripts/code-cache.mjs); a cache costs time by its size. */
function cacheOf(command: string | undefined): string {
  if (command === undefined || command.startsWith('-') || command === 'help') return 'help';
  if (command === 'apply' || command === 'plan' || command === 'delete') return 'apply';
  return command === 'exec' ? 'exec' : 'ps';
}

/**
 * Runs `tsorch-cli.cjs` from a code cache: to compile the command line anew takes longer than what it does. Another Node, or
 * no cache at all, only makes it slower: V8 refuses a cache that is not its own.
 */
const program = join(__dirname, 'tsorch-cli.cjs');
const cache = join(__dirname, 'code-cache', cacheOf(process.argv[2]));
const script = new Script(readFileSync(program, 'latin1'), {
  filename: program,
  ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
});
const run = script.runInThisContext() as (...scope: readonly unknown[]) => void;
run({}, createRequire(program), { exports: {} }, program, dirname(program));
