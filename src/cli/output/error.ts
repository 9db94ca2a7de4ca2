import { causeChain, TsorchError } from '../../lib/errors.ts';
import { errorCodes, isErrorCode } from '../../model/error-code.ts';
import { paintError, say } from './console.ts';

/**
 *     error[network.port-in-use]: cannot publish 0.0.0.0:80/tcp for shop/web.1
 *       caused by: bind: address already in use (EADDRINUSE)
 *       hint: stop the program that holds the port (nginx, pid 812), or change `ports` of service "web"
 */
export function formatError(error: unknown): string {
  const [message, ...causes] = causeChain(error);
  const code = error instanceof TsorchError ? error.code : 'internal.bug';
  const lines = [`${paintError.red(`error[${code}]`)}: ${message}`];
  for (const cause of causes) lines.push(`  caused by: ${cause}`);
  const hint = hintOf(error, code);
  if (hint !== undefined) lines.push(`  ${paintError.cyan('hint')}: ${hint}`);
  return lines.join('\n');
}

function hintOf(error: unknown, code: string): string | undefined {
  if (error instanceof TsorchError && error.hint !== undefined) return error.hint;
  return isErrorCode(code) ? errorCodes[code].hint : undefined;
}

export function printError(error: unknown): void {
  say(formatError(error));
}

/** 0 converged, 1 failed, 2 usage, 3 changes pending, 4 timed out waiting (docs/cli.md). */
export function exitStatusOf(error: unknown): number {
  return error instanceof TsorchError && isErrorCode(error.code) ? errorCodes[error.code].exit : 1;
}
