import { describe, expect, it } from 'vitest';
import { restartDelayMs } from '../../../src/control/planner/restart-policy.ts';

describe('restartDelayMs', () => {
  it('doubles from half a second to a minute, shortened by at most a quarter', () => {
    const wholes = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
    for (const [index, whole] of wholes.entries()) {
      const delay = restartDelayMs('web.1', index + 1);
      expect(delay).toBeLessThanOrEqual(whole);
      expect(delay).toBeGreaterThanOrEqual(whole * 0.75);
    }
    expect(restartDelayMs('web.1', 1_000_000)).toBeLessThanOrEqual(60_000);
  });

  it('spreads slots that failed together, and is the same each time', () => {
    const delays = Array.from({ length: 20 }, (_, index) => restartDelayMs(`web.${index}`, 5));
    expect(new Set(delays).size).toBeGreaterThan(15);
    expect(restartDelayMs('web.1', 5)).toBe(delays[1]);
  });
});
