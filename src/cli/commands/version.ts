import { TsorchError } from '../../lib/errors.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { programVersion } from '../program-version.ts';

export async function run(context: CommandContext): Promise<number> {
  const daemon = await daemonVersion(context);
  const versions = { client: programVersion, daemon: daemon?.version, native: daemon?.nativeVersion };
  if (context.output === 'json') {
    printJson(versions);
    return 0;
  }
  print(`tsorch  ${versions.client}`);
  print(`daemon  ${versions.daemon ?? 'not running'}`);
  if (versions.native !== undefined) print(`native  ${versions.native}`);
  return 0;
}

async function daemonVersion(context: CommandContext) {
  try {
    return await withClient(context, (client) => client.call('getVersion', {}, { timeoutMs: 2_000 }));
  } catch (error) {
    if (error instanceof TsorchError && error.code === 'node.not-running') return undefined;
    throw error;
  }
}
