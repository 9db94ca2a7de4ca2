import type { Clock } from '../../lib/clock.ts';

/** In percent of what the images' file system has for everybody but root's reserve. */
export interface PressureThresholds {
  /** From here on unused images go. */
  readonly high: number;
  /** Until no more than this is used. */
  readonly low: number;
}

export interface DiskPressureParts {
  readonly thresholds: PressureThresholds;
  /** What is used now, in percent. */
  usage(): number;
  /** Takes the image away that has gone unused for longest; its name, or undefined when there is none. */
  removeLongestUnused(): Promise<string | undefined>;
  /** Something was removed, or there is nothing left to remove (undefined) though too much is used. */
  onRelief(removed: string | undefined, usage: number): void;
  onError(error: unknown): void;
  readonly clock: Clock;
}

/** Between two looks at a disk that has room. */
const restMs = 60_000;
/** After a removal: files go behind it, in the background. */
const settleMs = 2_000;

/**
 * Keeps room on the images' disk: above `high` unused images are removed one by one until no more than `low` is used, as
 * kubelet does. Each look decides afresh, so that room that came by itself ends it.
 */
export class DiskPressure {
  readonly #parts: DiskPressureParts;
  #isHigh = false;

  constructor(parts: DiskPressureParts) {
    this.#parts = parts;
  }

  /** Looks now and then until the signal fires. */
  async watch({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    while (!signal.aborted) {
      const hasRemoved = await this.look().catch((error: unknown) => {
        this.#parts.onError(error);
        return false;
      });
      await this.#parts.clock.sleep(hasRemoved ? settleMs : restMs, { signal }).catch(() => {});
    }
  }

  /** One look, which removes one image at most; whether it did. */
  async look(): Promise<boolean> {
    const { thresholds, usage, removeLongestUnused, onRelief } = this.#parts;
    const used = usage();
    this.#isHigh = used >= thresholds.high || (this.#isHigh && used > thresholds.low);
    if (!this.#isHigh) return false;
    const removed = await removeLongestUnused();
    onRelief(removed, used);
    return removed !== undefined;
  }
}
