import { describe, expect, it } from 'vitest';
import { executePlan } from '../../../src/control/reconciler/execute-plan.ts';
import type { Plan, Step } from '../../../src/model/plan.ts';

/** `{b: ['a']}`: b comes after a. */
function planOf(after: Readonly<Record<string, readonly string[]>>): Plan {
  const steps = Object.entries(after).map(
    ([id, needed]): Step => ({
      id,
      kind: 'forgetStack',
      target: id,
      args: { stack: id },
      after: needed,
      causes: [],
      impact: 'none',
    }),
  );
  return {
    stack: 'shop',
    basis: { revision: '' as never, observed: '' as never, ledgerSequence: 0 },
    steps,
    blocked: [],
    notes: [],
  };
}

interface Run {
  readonly order: string[];
  readonly turns: string[];
  readonly outcomes: Promise<Record<string, string>>;
}

function run(
  plan: Plan,
  options: { readonly fail?: string; readonly abortAt?: string; readonly onTurn?: () => void } = {},
): Run {
  const order: string[] = [];
  const turns: string[] = [];
  const abort = new AbortController();
  const outcomes = executePlan(plan, {
    signal: abort.signal,
    run: async ({ id }) => {
      order.push(id);
      await Promise.resolve();
      if (id === options.abortAt) abort.abort();
      if (id === options.fail) throw new Error('no');
    },
    onTurn: (ended, beginning) => {
      const ends = ended.map(({ step, outcome }) => `${step.id} ${outcome.kind}`);
      turns.push([...ends, ...beginning.map(({ id }) => `${id} begins`)].join(', '));
      options.onTurn?.();
    },
  }).then((map) => Object.fromEntries([...map].map(([id, { kind }]) => [id, kind])));
  return { order, turns, outcomes };
}

describe('executePlan', () => {
  it('runs steps after what they need, and independent ones at once', async () => {
    const { turns, outcomes } = run(planOf({ a: [], b: [], c: ['a', 'b'], d: ['c'] }));
    expect(await outcomes).toEqual({ a: 'done', b: 'done', c: 'done', d: 'done' });
    expect(turns).toEqual(['a begins, b begins', 'a done, b done, c begins', 'c done, d begins', 'd done']);
  });

  it('leaves out what needs a failed step, and goes on with the rest', async () => {
    const { outcomes } = run(planOf({ a: [], b: [], c: ['a'], d: ['c'], e: ['b'] }), { fail: 'a' });
    expect(await outcomes).toEqual({ a: 'failed', b: 'done', c: 'left-out', d: 'left-out', e: 'done' });
  });

  it('begins nothing after an abort, but waits for what was begun', async () => {
    const { order, outcomes } = run(planOf({ a: [], b: ['a'] }), { abortAt: 'a' });
    expect(await outcomes).toEqual({ a: 'done', b: 'aborted' });
    expect(order).toEqual(['a']);
  });

  it('does not act on what could not be written down', async () => {
    const { order, outcomes } = run(planOf({ a: [], b: ['a'] }), {
      onTurn: () => {
        throw new Error('disk full');
      },
    });
    await expect(outcomes).rejects.toThrow('disk full');
    expect(order).toEqual([]);
  });
});
