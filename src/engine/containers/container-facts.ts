import type { ContainerFact } from './container-driver.ts';
import type { SpecStore } from './spec-store.ts';

/** Events of shims and of hostd that change what a look would see. */
const kinds: Readonly<Record<string, ContainerFact['kind']>> = {
  started: 'started',
  exit: 'exit',
  oom: 'oom',
  health: 'health',
  'shim.exited': 'exit',
  'shim.replaced': 'lost',
  lost: 'lost',
  'net.repaired': 'lost',
  'net.portLost': 'lost',
};

/** Turns events of the native side into wake-ups for whoever listens. */
export class ContainerFacts {
  readonly #specs: SpecStore;
  readonly #listeners = new Set<(fact: ContainerFact) => void>();

  constructor(specs: SpecStore) {
    this.#specs = specs;
  }

  listen(listener: (fact: ContainerFact) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param container  id; absent = the event concerns all */
  tell(event: string, container?: string): void {
    const kind = kinds[event];
    if (kind === undefined) return;
    const stack = container === undefined ? undefined : this.#specs.read(container)?.slot.stack;
    for (const listener of this.#listeners) listener({ kind, container, stack });
  }
}
