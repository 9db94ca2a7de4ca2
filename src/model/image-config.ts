import type { HealthCheck } from './stack.ts';

/**
 * What an image says about running it: `config` of its configuration document (image-spec, config.md, and Docker's
 * health check), read and checked. Written by engine/images; absent and null fields of the document are absent here.
 */
export interface ImageConfig {
  /** `[user][:group]`, names or numbers, as written. */
  readonly user?: string;
  /** `NAME=value`, as written, in order. */
  readonly environment: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDir?: string;
  /** `SIGQUIT`, `QUIT`, `3` or `SIGRTMIN+3`, as written. */
  readonly stopSignal?: string;
  readonly healthCheck?: HealthCheck & { readonly kind: 'exec' };
  /** Paths that shall be volumes; cleaned and absolute. */
  readonly volumes: readonly string[];
  /** `80/tcp` */
  readonly exposedPorts: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}
