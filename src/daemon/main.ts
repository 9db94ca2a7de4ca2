import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultConfigFile, resolveNodeConfig } from '../config/node-config.ts';
import { causeChain, TsorchError } from '../lib/errors.ts';
import { createLogger } from '../lib/logger.ts';
import { errorCodes, isErrorCode } from '../model/error-code.ts';
import { startNode } from './node.ts';
import { readNodeConfigFile } from './node-config-file.ts';

/** Put in by the bundler; absent when the sources are run as they are. */
declare const __TSORCH_VERSION__: string | undefined;
const version = typeof __TSORCH_VERSION__ === 'string' ? __TSORCH_VERSION__ : '0.0.0-dev';

const environment = process.env;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      root: { type: 'string' },
      'run-dir': { type: 'string' },
      config: { type: 'string' },
      'stacks-dir': { type: 'string' },
      'metrics-listen': { type: 'string' },
      'cgroup-parent': { type: 'string' },
      'wait-for-hostd': { type: 'boolean', default: false },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  const { 'wait-for-hostd': waitsForHostd, ...flags } = values;
  if (process.getuid?.() !== 0)
    throw new TsorchError('node.not-root', 'the daemon runs containers and must be started as root');
  const file = flags.config ?? (existsSync(defaultConfigFile) ? defaultConfigFile : undefined);
  const config = resolveNodeConfig({
    flags,
    environment,
    waitsForHostd,
    file: file === undefined ? {} : readNodeConfigFile(file),
    programDir: dirname(fileURLToPath(import.meta.url)),
  });
  mkdirSync(config.paths.root, { recursive: true, mode: 0o700 });
  mkdirSync(config.paths.runDir, { recursive: true, mode: 0o755 });
  const logger = createLogger({
    level: flags['log-level'],
    underSystemd: environment['JOURNAL_STREAM'] !== undefined,
  });
  const node = await startNode({ config, logger, version });
  let ending = false;
  const end = (signal: string): void => {
    if (ending) process.exit(1); // asked twice
    ending = true;
    logger.info('daemon ends; containers go on running', { signal });
    void node.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', () => end('SIGINT'));
  process.on('SIGTERM', () => end('SIGTERM'));
  void node.ended.then(() => process.exit(0));
}

main().catch((error: unknown) => {
  const [message, ...causes] = causeChain(error);
  const code = error instanceof TsorchError && isErrorCode(error.code) ? error.code : 'internal.bug';
  const hint = error instanceof TsorchError ? (error.hint ?? errorCodes[code].hint) : undefined;
  const lines = [`error[${code}]: ${message}`, ...causes.map((cause) => `  caused by: ${cause}`)];
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(errorCodes[code].exit);
});
