import type { Digest } from '../../../model/digest.ts';
import type { HealthCheck, LogSettings } from '../../../model/stack.ts';

/** `shim.json`: how a container is watched (schemas/protocol/bundle.md). */
export interface ShimConfig {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly layers: readonly Digest[];
  readonly user?: string;
  readonly readOnlyRoot: boolean;
  readonly init: boolean;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly log: LogSettings & { readonly maxBytes: number; readonly maxFiles: number };
  readonly stop: { readonly signal: string; readonly graceMs: number };
  readonly runtime?: OciRuntime;
  readonly probe?: HealthCheck;
  readonly seccomp: 'default' | 'unconfined';
}

/** Another OCI runtime of the node, in place of our own. */
export interface OciRuntime {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
}

const defaultLogLimits = { maxBytes: 10 * 1024 * 1024, maxFiles: 3 };

export function shimLog(settings: LogSettings | undefined): ShimConfig['log'] {
  return { ...defaultLogLimits, ...settings };
}
