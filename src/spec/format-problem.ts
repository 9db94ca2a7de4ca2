import type { Problem } from '../model/problem.ts';

const maxExcerpt = 100;

/**
 * A problem as people read it:
 *
 *     error[spec.unknown-service]: service "web" depends on "dbb", which is not in this stack
 *       stack.yaml:14:9     - dbb
 *                             ^^^ did you mean "db"?
 */
export function formatProblem(problem: Problem): string {
  const lines = [`${problem.severity}[${problem.code}]: ${printable(problem.message)}`];
  const { line, hint } = problem;
  if (line === 0) lines.push(`  ${printable(problem.file)}`);
  else lines.push(...excerpt(problem));
  if (hint === undefined) return lines.join('\n');
  // A guess is about the marked text, any other advice about the whole.
  if (lines.length === 3 && hint.startsWith('did you mean')) lines[2] += ` ${printable(hint)}`;
  else lines.push(`  hint: ${printable(hint)}`);
  return lines.join('\n');
}

function excerpt(problem: Problem): string[] {
  const place = `  ${printable(problem.file)}:${problem.line}:${problem.column}`;
  const text = problem.excerpt ?? '';
  const indent = text.length - text.trimStart().length;
  // A long line is shown from a little before the mistake.
  const from = problem.column - indent > maxExcerpt - 20 ? problem.column - 20 : indent;
  const shown = printable(text.slice(from, from + maxExcerpt));
  if (shown.trim() === '') return [place];
  const before = problem.column - 1 - from;
  const isOneLine = problem.endLine === problem.line;
  const width = (isOneLine ? problem.endColumn : text.length + 1) - problem.column;
  const carets = '^'.repeat(Math.max(1, Math.min(width, shown.length - before)));
  const margin = ' '.repeat(place.length + 2 + Math.max(0, before));
  return [`${place}  ${shown}`, `${margin}${carets}`];
}

/** Control characters in a hostile file must not reach the terminal; a tab is one column here. */
function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '?');
}
