import { describe, expect, it } from 'vitest';
import { SingleFlight } from '../../../src/lib/single-flight.ts';

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe('SingleFlight', () => {
  it('does the work once for all who ask meanwhile, and again afterwards', async () => {
    const flights = new SingleFlight<number>();
    const gate = deferred<number>();
    let calls = 0;
    const work = () => {
      calls += 1;
      return gate.promise;
    };
    const both = Promise.all([flights.run('a', work), flights.run('a', work)]);
    gate.resolve(7);
    expect(await both).toEqual([7, 7]);
    await flights.run('a', work);
    expect(calls).toBe(2);
  });

  it('tells a failure to all and starts afresh', async () => {
    const flights = new SingleFlight<number>();
    const gate = deferred<number>();
    const results = Promise.allSettled([
      flights.run('a', () => gate.promise),
      flights.run('a', () => gate.promise),
    ]);
    gate.reject(new Error('no'));
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('a', () => Promise.resolve(1))).toBe(1);
  });

  it('goes on while one still waits, and is aborted when the last one leaves', async () => {
    const flights = new SingleFlight<number>();
    const [first, second] = [new AbortController(), new AbortController()];
    let signal: AbortSignal | undefined;
    const work = (given: AbortSignal) => {
      signal = given;
      return new Promise<number>(() => {});
    };
    const one = flights.run('a', work, { signal: first.signal });
    const two = flights.run('a', work, { signal: second.signal });
    first.abort(new Error('left'));
    await expect(one).rejects.toThrow('left');
    expect(signal?.aborted).toBe(false);
    second.abort(new Error('left too'));
    await expect(two).rejects.toThrow('left too');
    expect(signal?.aborted).toBe(true);
    expect(await flights.run('a', () => Promise.resolve(1))).toBe(1);
  });
});
