/** A text with the name that people know it by; turns offsets into the lines and columns that editors show. */
export class SourceFile {
  readonly name: string;
  readonly text: string;
  private lineStarts: readonly number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** 1-based line and column (in UTF-16 units, as editors and language servers count) of an offset. */
  positionAt(offset: number): Position {
    const starts = this.starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** Text of a 1-based line without its line break; '' past the end. */
  lineText(line: number): string {
    const start = this.starts()[line - 1];
    if (start === undefined) return '';
    const end = this.text.indexOf('\n', start);
    return this.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
  }

  private starts(): readonly number[] {
    this.lineStarts ??= findLineStarts(this.text);
    return this.lineStarts;
  }
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Part of a file: offsets in UTF-16 units, `end` exclusive. */
export interface SourceRange {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

function findLineStarts(text: string): readonly number[] {
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
