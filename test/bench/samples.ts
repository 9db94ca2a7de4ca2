export type Unit = 'ms' | 'MB' | 'KB' | 'MB/s';

/** One cell of the result: what was measured of which system, in the order it was taken. */
export interface Row {
  readonly measure: string;
  readonly system: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
}

/** Collects figures by measure and system; measures keep the order in which they were first seen. */
export class Samples {
  readonly #rows = new Map<string, { measure: string; system: string; unit: Unit; samples: number[] }>();

  add(measure: string, system: string, figure: { readonly value: number; readonly unit: Unit }): void {
    const key = `${measure}\0${system}`;
    const row = this.#rows.get(key) ?? { measure, system, unit: figure.unit, samples: [] };
    row.samples.push(figure.value);
    this.#rows.set(key, row);
  }

  /** Rows of one measure stand together. */
  rows(): readonly Row[] {
    const all = [...this.#rows.values()];
    const measures = [...new Set(all.map(({ measure }) => measure))];
    return measures.flatMap((measure) => all.filter((row) => row.measure === measure));
  }
}

export interface Summary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly n: number;
}

export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return {
    min: sorted[0] ?? Number.NaN,
    median: middle.reduce((sum, value) => sum + value, 0) / middle.length,
    max: sorted.at(-1) ?? Number.NaN,
    n: sorted.length,
  };
}

export function formatRows(rows: readonly Row[]): string {
  const head = ['measure', 'system', 'min', 'median', 'max', 'n', 'unit'];
  const body = rows.map(({ measure, system, unit, samples }, index) => {
    const { min, median, max, n } = summarize(samples);
    const isFirst = rows[index - 1]?.measure !== measure;
    return [isFirst ? measure : '', system, digits(min), digits(median), digits(max), String(n), unit];
  });
  const table = [head, ...body];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => formatRow(row, widths)).join('\n');
}

/** Words to the left, figures to the right. */
function formatRow(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, column) => {
    const width = widths[column] ?? 0;
    return column >= 2 && column <= 5 ? cell.padStart(width) : cell.padEnd(width);
  });
  return cells.join('  ').trimEnd();
}

/** Three digits or more. */
function digits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
