import type { Digest } from '../../model/digest.ts';
import type { PullProgress } from './image-manager.ts';

type Listener = (progress: PullProgress) => void;

/** Who wants to know how far the fetching of an image is: whoever began it, and all that joined. */
export class PullListeners {
  readonly #listeners = new Map<Digest, Set<Listener>>();

  tell(manifest: Digest, progress: PullProgress): void {
    for (const listener of this.#listeners.get(manifest) ?? []) listener(progress);
  }

  /** Listens until it is disposed of. */
  add(manifest: Digest, listener: Listener | undefined): Disposable {
    if (listener === undefined) return { [Symbol.dispose]: () => {} };
    const listeners = this.#listeners.get(manifest) ?? new Set();
    this.#listeners.set(manifest, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#listeners.delete(manifest);
      },
    };
  }
}
