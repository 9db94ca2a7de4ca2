/** Merges sequences that are each in order of time; lines of the same time keep the order of the sources. */
export async function* mergeByTime<Line extends { readonly time: string }>(
  sources: readonly AsyncIterable<Line>[],
): AsyncGenerator<Line> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      const index = earliest(heads);
      const head = heads[index];
      if (head === undefined || head.done) return;
      yield head.value;
      const next = await iterators[index]?.next();
      if (next !== undefined) heads[index] = next;
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}

function earliest<Line extends { readonly time: string }>(heads: readonly IteratorResult<Line>[]): number {
  let found = -1;
  let time: string | undefined;
  heads.forEach((head, index) => {
    if (head.done || (time !== undefined && head.value.time >= time)) return;
    found = index;
    time = head.value.time;
  });
  return found;
}

/** Gives lines of all sources as they come. */
export async function* raceLines<Line>(sources: readonly AsyncIterable<Line>[]): AsyncGenerator<Line> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const step = async (index: number) => ({ index, result: await iterators[index]?.next() });
  const pending = new Map(iterators.map((_, index) => [index, step(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      if (result === undefined || result.done) {
        pending.delete(index);
        continue;
      }
      yield result.value;
      pending.set(index, step(index));
    }
  } finally {
    // Sources that wait are ended by their own signal; their return would wait for that.
    for (const iterator of iterators) iterator.return?.()?.catch(() => {});
  }
}
