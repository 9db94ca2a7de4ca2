import { SourceFile, type SourceRange } from '../lib/document/source-file.ts';
import type { ErrorCode } from '../model/error-code.ts';
import type { Problem } from '../model/problem.ts';

export interface ReportedProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: SourceRange;
  readonly severity?: Problem['severity'];
  readonly hint?: string | undefined;
  /** `services.web.ports[0]` */
  readonly path?: string;
}

/** Gathers the problems of one load; every stage adds, none throws. */
export class ProblemCollector {
  private readonly problems: Problem[] = [];
  /** Code and place -> path of the first problem there. */
  private readonly seen = new Map<string, string | undefined>();

  add(reported: ReportedProblem): void {
    const problem = place(reported);
    if (this.isRepeated(problem)) return;
    this.problems.push(problem);
  }

  /** The same text reached by several paths (an anchor, a merged file) is told once. */
  private isRepeated({ code, message, file, line, column, path }: Problem): boolean {
    const at = JSON.stringify([code, file, line, column, line === 0 ? message : '']);
    const isSeen = this.seen.has(at) && (this.seen.get(at) !== path || this.seen.has(at + message));
    if (!this.seen.has(at)) this.seen.set(at, path);
    this.seen.set(at + message, path);
    return isSeen;
  }

  get hasErrors(): boolean {
    return this.problems.some(({ severity }) => severity === 'error');
  }

  /** By file in the order in which they were first heard of, then by position. */
  sorted(): readonly Problem[] {
    const files = [...new Set(this.problems.map(({ file }) => file))];
    const order = new Map(files.map((file, index) => [file, index]));
    const rank = ({ file }: Problem) => order.get(file) ?? 0;
    return this.problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  }
}

/** Place of a problem that concerns a whole file, or one that could not be read. */
export function wholeFile(name: string): SourceRange {
  return { file: new SourceFile(name, ''), start: 0, end: 0 };
}

function place({ at, severity = 'error', hint, ...rest }: ReportedProblem): Problem {
  const { file } = at;
  const problem = { ...rest, severity, file: file.name, ...(hint === undefined ? {} : { hint }) };
  if (file.text === '') return { ...problem, line: 0, column: 0, endLine: 0, endColumn: 0 };
  const from = file.positionAt(at.start);
  const to = file.positionAt(at.end);
  return { ...problem, ...from, endLine: to.line, endColumn: to.column, excerpt: file.lineText(from.line) };
}
