/** The known name that the given one was probably meant to be: at most two typing errors away, `-` and `_` aside. */
export function nearestName(given: string, known: Iterable<string>): string | undefined {
  const wanted = fold(given);
  let best: string | undefined;
  let bestDistance = 3;
  for (const name of known) {
    const candidate = fold(name);
    const limit = Math.min(bestDistance, tolerance(Math.min(wanted.length, candidate.length)));
    const distance = wanted === candidate ? 0 : editDistance(wanted, candidate, limit);
    if (distance < limit || distance === 0) {
      best = name;
      bestDistance = distance;
      if (distance === 0) break;
    }
  }
  return best;
}

/** `did you mean "db"?` or nothing, as a hint. */
export function didYouMean(given: string, known: Iterable<string>): string | undefined {
  const name = nearestName(given, known);
  return name === undefined ? undefined : `did you mean "${name}"?`;
}

/** More errors than this make any word of any other: one letter allows none, a short word one, a longer one two. */
function tolerance(length: number): number {
  if (length < 2) return 1;
  return length < 5 ? 2 : 3;
}

function fold(name: string): string {
  return name.slice(0, 64).toLowerCase().replaceAll(/[-_]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); `limit` or more is `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      row.push(value);
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(limit, last[b.length] ?? limit);
}
