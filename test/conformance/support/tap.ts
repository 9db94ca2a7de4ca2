/** One result of a test program. */
export interface Point {
  readonly outcome: 'ok' | 'not ok' | 'skipped' | 'todo';
  /** What it is about; for skipped points the reason. */
  readonly text: string;
}

const pointLine = /^(not )?ok\b(?: \d+)?(?: - )?(.*?)(?: ?# (SKIP|TODO)\b ?(.*))?$/i;

/**
 * Reads the output of a program of runtime-tools: TAP version 13 (https://testanything.org/tap-version-13-specification.html).
 * Programs that print no point at all tell a failure by an `error` in a diagnostic block; it becomes a point.
 */
export function parseTap(output: string): readonly Point[] {
  const points = output.split('\n').flatMap(pointOf);
  return points.length > 0 ? points : errorsIn(output);
}

function pointOf(line: string): readonly Point[] {
  const match = pointLine.exec(line);
  if (match === null) return [];
  const [, not, text = '', directive, reason = ''] = match;
  if (directive?.toUpperCase() === 'SKIP') return [{ outcome: 'skipped', text: reason || text }];
  if (directive?.toUpperCase() === 'TODO') return [{ outcome: 'todo', text }];
  return [{ outcome: not === undefined ? 'ok' : 'not ok', text }];
}

function errorsIn(output: string): readonly Point[] {
  return [...output.matchAll(/^ {2}---\n([\s\S]*?)^ {2}\.\.\.$/gm)]
    .map(([, block = '']) => JSON.parse(block) as { readonly error?: string })
    .flatMap(({ error }) => (error === undefined ? [] : [firstLine(error)]))
    .map((text) => ({ outcome: 'not ok', text }));
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
