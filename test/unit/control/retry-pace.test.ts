import { describe, expect, it } from 'vitest';
import { RetryPace } from '../../../src/control/reconciler/retry-pace.ts';
import type { RoundResult } from '../../../src/control/reconciler/trace.ts';

function settled(ids: readonly string[], recheckAt?: number): RoundResult {
  const steps = ids.map((id) => ({ id }));
  return {
    kind: 'settled',
    executed: ids.length,
    plan: { steps, ...(recheckAt === undefined ? {} : { recheckAt }) } as never,
  };
}

describe('RetryPace', () => {
  it('looks again at once after steps, and at the plan’s time when there were none', () => {
    const pace = new RetryPace();
    expect(pace.after(settled(['a']), 0)).toBe('now');
    expect(pace.after(settled(['b']), 0)).toBe('now');
    expect(pace.after(settled([], 700), 0)).toBe(700);
    expect(pace.after(settled([]), 0)).toBe('when-woken');
    expect(pace.after({ kind: 'aborted' }, 0)).toBe('now');
  });

  it('slows down when the same steps come again and again', () => {
    const pace = new RetryPace();
    const looks = [1, 2, 3, 4].map(() => pace.after(settled(['a', 'b']), 0));
    expect(looks).toEqual(['now', 100, 200, 400]);
    expect(pace.after(settled(['a']), 0)).toBe('now');
  });

  it('slows down when rounds break, up to 15 seconds', () => {
    const pace = new RetryPace();
    const broken: RoundResult = { kind: 'failed', error: new Error('hostd is away') };
    expect([1, 2, 3, 4, 5, 6, 7].map(() => pace.after(broken, 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 15000, 15000,
    ]);
    expect(pace.after(settled([]), 0)).toBe('when-woken');
    expect(pace.after(broken, 0)).toBe(500);
  });
});
