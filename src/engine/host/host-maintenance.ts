import type { CallOptions } from '../../lib/abort.ts';

/** What the daemon asks of hostd for the node as a whole. */
export interface HostMaintenance {
  /** Removes every host resource with a name of ours that belongs to none of these; answers what it was, for people. */
  sweep(owned: OwnedResources, options?: CallOptions): Promise<readonly string[]>;

  /** Ends hostd and removes what belongs to the node itself. @throws TsorchError `node.busy` while a container runs, unless forced */
  shutdown(options?: ShutdownOptions): Promise<void>;
}

export interface OwnedResources {
  /** Ids. */
  readonly containers: readonly string[];
  /** Host names. */
  readonly networks: readonly string[];
}

export interface ShutdownOptions extends CallOptions {
  readonly force?: boolean | undefined;
}
