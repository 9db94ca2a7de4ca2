import { accessSync, constants } from 'node:fs';
import { TsorchError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { OciRuntime } from './bundle/shim-config.ts';

/**
 * One of the node's other OCI runtimes.
 *
 * @throws TsorchError `runtime.not-found`, naming those that there are, or when its program cannot be executed
 */
export function findRuntime(runtimes: ReadonlyMap<string, OciRuntime>, name: string): OciRuntime {
  const runtime = runtimes.get(name);
  if (runtime === undefined) throw notFound(`this node has no OCI runtime "${name}", ${known(runtimes)}`);
  try {
    accessSync(runtime.path, constants.X_OK);
  } catch (cause) {
    throw notFound(`the OCI runtime "${name}" is ${runtime.path}, which cannot be executed`, cause);
  }
  return runtime;
}

function known(runtimes: ReadonlyMap<string, OciRuntime>): string {
  const names = [...runtimes.keys()].sort();
  return names.length === 0 ? 'nor any other but its own' : `but its own and ${names.join(', ')}`;
}

function notFound(message: string, cause?: unknown): TsorchError<ErrorCode> {
  return new TsorchError('runtime.not-found', message, cause === undefined ? {} : { cause });
}
