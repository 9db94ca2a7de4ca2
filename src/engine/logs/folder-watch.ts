import { existsSync, type FSWatcher, watch } from 'node:fs';
import { type CallOptions, onAbort } from '../../lib/abort.ts';

/** Tells that something in a folder changed; changes in between coalesce. */
export class FolderWatch {
  readonly #folder: string;
  readonly #forget: () => void;
  #watcher: FSWatcher | undefined;
  #hasChanged = true;
  #wake: () => void = () => {};

  constructor(folder: string, { signal }: CallOptions = {}) {
    this.#folder = folder;
    this.#forget = onAbort(signal, () => this.close());
    if (signal?.aborted || !existsSync(folder)) return;
    this.#watcher = watch(folder, () => this.#note());
    // The watch ends when the folder's file system goes; the next look sees it.
    this.#watcher.on('error', this.close);
  }

  /** True at the next change, or at once for one not told yet; false when the watch was ended or the folder is gone. */
  async next(): Promise<boolean> {
    if (!this.#hasChanged && this.#watcher !== undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasChanged = false;
    return this.#watcher !== undefined && existsSync(this.#folder);
  }

  readonly close = (): void => {
    this.#forget();
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#note();
  };

  #note(): void {
    this.#hasChanged = true;
    this.#wake();
  }
}
