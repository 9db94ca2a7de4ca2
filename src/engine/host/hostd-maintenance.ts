import type { CallOptions } from '../../lib/abort.ts';
import type { HostMaintenance, OwnedResources, ShutdownOptions } from './host-maintenance.ts';
import type { Hostd } from './hostd.ts';

/** A sweep may remove thousands of files. */
const sweepTimeoutMs = 300_000;

export class HostdMaintenance implements HostMaintenance {
  readonly #hostd: Hostd;

  constructor(hostd: Hostd) {
    this.#hostd = hostd;
  }

  async sweep(owned: OwnedResources, { signal }: CallOptions = {}): Promise<readonly string[]> {
    const { containers, networks } = owned;
    const options = { signal, timeoutMs: sweepTimeoutMs };
    const { removed } = await this.#hostd.call('node.sweep', { containers, networks }, options);
    return removed;
  }

  async shutdown({ force, signal }: ShutdownOptions = {}): Promise<void> {
    await this.#hostd.shutdown({ force: force === true, signal });
  }
}
