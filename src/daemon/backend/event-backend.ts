import type { EventQuery, NodeBackend } from '../../api/node-backend.ts';
import type { NodeEvent } from '../../model/event.ts';
import type { EventStore } from '../../state/event-store.ts';

/** History from the database, then whatever is recorded while somebody follows. */
export class EventFeed {
  readonly #waiting = new Set<() => void>();

  /** To be called for each event recorded. */
  readonly publish = (_event: NodeEvent): void => {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  };

  backend(store: () => EventStore): NodeBackend['events'] {
    return (query) => this.#read(store(), query);
  }

  async *#read(
    store: EventStore,
    { stack, follow, after, signal }: EventQuery,
  ): AsyncGenerator<readonly NodeEvent[]> {
    let last = after;
    while (!signal.aborted) {
      const recorded = this.#nextRecorded(signal);
      const events = store.read({ after: last, ...(stack === undefined ? {} : { stack }) });
      if (events.length > 0) yield events;
      last = events.at(-1)?.seq ?? last;
      if (events.length > 0) continue;
      if (!follow) return;
      await recorded;
    }
  }

  #nextRecorded(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
