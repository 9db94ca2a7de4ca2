import { abortable, type CallOptions } from './abort.ts';

interface Flight<Value> {
  readonly result: Promise<Value>;
  readonly controller: AbortController;
  passengers: number;
}

/**
 * Work that is done once however many ask for it at the same time. A caller whose signal fires leaves; when the last one
 * has left, the work itself is aborted.
 */
export class SingleFlight<Value> {
  readonly #flights = new Map<string, Flight<Value>>();

  async run(
    key: string,
    work: (signal: AbortSignal) => Promise<Value>,
    { signal }: CallOptions = {},
  ): Promise<Value> {
    signal?.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#start(key, work);
    flight.passengers += 1;
    try {
      return await abortable(flight.result, signal);
    } finally {
      flight.passengers -= 1;
      if (flight.passengers === 0) {
        // Nobody may join what is being called off.
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.controller.abort(signal?.reason);
      }
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<Value>): Flight<Value> {
    const controller = new AbortController();
    const result = work(controller.signal);
    const flight = { result, controller, passengers: 0 };
    this.#flights.set(key, flight);
    const land = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    result.then(land, land);
    return flight;
  }
}
