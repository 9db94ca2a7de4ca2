import { describe, expect, it } from 'vitest';
import { DiskPressure } from '../../../../src/engine/images/disk-pressure.ts';

/** A disk on which each removal gives back `each` percent of `images`. */
function disk({ usage, images, each = 3 }: { usage: number; images: number; each?: number }) {
  const state = { usage, images, told: [] as (string | undefined)[], errors: [] as unknown[] };
  const pressure = new DiskPressure({
    thresholds: { high: 85, low: 80 },
    usage: () => state.usage,
    removeLongestUnused: async () => {
      if (state.images === 0) return undefined;
      state.images -= 1;
      state.usage -= each;
      return `image-${state.images}`;
    },
    onRelief: (removed) => state.told.push(removed),
    onError: (error) => state.errors.push(error),
    clock: { now: () => 0, sleep: () => Promise.resolve() },
  });
  return { state, pressure };
}

describe('disk pressure', () => {
  it('removes nothing below the upper threshold', async () => {
    const { state, pressure } = disk({ usage: 84.9, images: 3 });
    expect(await pressure.look()).toBe(false);
    expect(state.told).toEqual([]);
  });

  it('removes one image a look, from the upper threshold down to the lower one', async () => {
    const { state, pressure } = disk({ usage: 85, images: 9 });
    while (await pressure.look()) expect(state.usage).toBeGreaterThan(76);
    expect(state).toMatchObject({ usage: 79, images: 7, told: ['image-8', 'image-7'] });
    state.usage = 84;
    expect(await pressure.look()).toBe(false);
  });

  it('says that there is nothing left to remove', async () => {
    const { state, pressure } = disk({ usage: 99, images: 1 });
    expect(await pressure.look()).toBe(true);
    expect(await pressure.look()).toBe(false);
    expect(state.told).toEqual(['image-0', undefined]);
  });

  it('goes on after an error, and ends when it is asked to', async () => {
    const { state, pressure } = disk({ usage: 0, images: 0 });
    const stopping = new AbortController();
    let looks = 0;
    Object.defineProperty(state, 'usage', {
      get: () => {
        looks += 1;
        if (looks === 3) stopping.abort();
        throw new Error('no such disk');
      },
    });
    await pressure.watch({ signal: stopping.signal });
    expect(state.errors).toHaveLength(3);
  });
});
