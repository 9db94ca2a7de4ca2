import type { ContainerDriver } from '../../engine/containers/container-driver.ts';
import type { TraceEvent } from './trace.ts';

/** Tells shims that an exit record was seen and what follows from it written down, so that they may forget it. */
export class ExitAcknowledger {
  readonly #containers: Pick<ContainerDriver, 'acknowledgeExit'>;
  /** Container id -> task whose end was acknowledged. */
  readonly #acknowledged = new Map<string, number>();
  readonly #seen = new Map<string, ReadonlyMap<string, number>>();

  constructor(containers: Pick<ContainerDriver, 'acknowledgeExit'>) {
    this.#containers = containers;
  }

  listen(event: TraceEvent): void {
    if (event.kind === 'observed') {
      const ended = event.observed.containers.flatMap(({ spec, exit }) =>
        exit === undefined ? [] : [[spec.id, exit.task] as const],
      );
      this.#seen.set(event.stack, new Map(ended));
    }
    if (event.kind === 'round-ends' && event.result.kind === 'settled') this.#acknowledge(event.stack);
  }

  #acknowledge(stack: string): void {
    for (const [id, task] of this.#seen.get(stack) ?? []) {
      if (this.#acknowledged.get(id) === task) continue;
      this.#acknowledged.set(id, task);
      // A shim that has gone meanwhile has nothing left to forget.
      this.#containers.acknowledgeExit(id, task).catch(() => this.#acknowledged.delete(id));
    }
    this.#seen.delete(stack);
  }
}
