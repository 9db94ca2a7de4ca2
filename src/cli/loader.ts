import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Runs `tsorch-cli.cjs` from the code cache beside it (scripts/code-cache.mjs): compiling the command line anew takes twice
 * as long as what it does. Another Node, or no cache at all, only makes it slower: V8 refuses a cache that is not its own.
 */
const program = join(__dirname, 'tsorch-cli.cjs');
const cache = join(__dirname, 'tsorch-cli.cache');
const script = new Script(Module.wrap(readFileSync(program, 'latin1')), {
  filename: program,
  ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
});
const run = script.runInThisContext() as (...scope: readonly unknown[]) => void;
run({}, createRequire(program), { exports: {} }, program, dirname(program));
