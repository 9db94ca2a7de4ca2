import type { CommandContext } from './context.ts';
import { exitStatusOf, printError } from './output/error.ts';
import { buildProgram, type GlobalFlags } from './program.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort();
  process.once('SIGINT', () => process.exit(130));
});
// A reader that has seen enough (`tsorch logs shop | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const environment = process.env;
async function contextOf(globals: GlobalFlags): Promise<CommandContext> {
  // Help needs no paths, nor the cryptography that names of nodes are made with.
  const { defaultRoot, defaultRunDir, nodePaths } = await import('../config/paths.ts');
  return {
    paths: nodePaths(
      globals.root ?? environment['TSORCH_ROOT'] ?? defaultRoot,
      globals.runDir ?? environment['TSORCH_RUN_DIR'] ?? defaultRunDir,
    ),
    output: globals.output ?? 'text',
    signal: interrupted.signal,
    environment,
  };
}

buildProgram(contextOf)(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    // Who pressed Ctrl-C knows why it ended.
    const wasWanted = interrupted.signal.aborted && error instanceof Error && error.name === 'AbortError';
    if (!wasWanted) printError(error);
    process.exitCode = interrupted.signal.aborted ? 130 : exitStatusOf(error);
  },
);
