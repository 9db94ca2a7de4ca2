import type { ProcessUser } from './user.ts';

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface EnvironmentContext {
  readonly hostname: string;
  readonly hasTerminal: boolean;
  readonly user: ProcessUser;
}

/**
 * Adds what every container gets, unless image or service say it: PATH, HOSTNAME, TERM with a terminal, HOME. The home
 * of a user who must be looked up is known only to the shim, which adds it (schemas/protocol/bundle.md).
 */
export function environment(own: readonly string[], context: EnvironmentContext): readonly string[] {
  const defaults = [`PATH=${defaultPath}`, `HOSTNAME=${context.hostname}`];
  if (context.hasTerminal) defaults.push('TERM=xterm');
  if (context.user.lookUp === undefined) defaults.push(`HOME=${context.user.uid === 0 ? '/root' : '/'}`);
  const names = new Set(own.map(nameOf));
  return [...defaults.filter((entry) => !names.has(nameOf(entry))), ...own];
}

function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf('='));
}
