import { describe, expect, it } from 'vitest';
import { stackTargets } from '../../../src/cli/stack-targets.ts';

describe('services named on the command line', () => {
  it.each([
    [['shop'], []],
    [
      ['shop', 'web', 'db'],
      ['web', 'db'],
    ],
    [['shop/web'], ['web']],
    [
      ['shop/web', 'shop/db'],
      ['web', 'db'],
    ],
    [
      ['shop/web', 'db'],
      ['web', 'db'],
    ],
  ])('%j', (args, services) => {
    expect(stackTargets(args)).toEqual({ stack: 'shop', services });
  });

  it('are of one stack', () => {
    expect(() => stackTargets(['shop/web', 'blog/web'])).toThrow(
      expect.objectContaining({ code: 'usage.bad-argument' }),
    );
  });
});
