/** One entry of a CRI log file: `<RFC 3339 with nine digits> <stdout|stderr> <P|F> <text>`. */
export interface CriEntry {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** `P`: the line goes on in the next entry of the same stream. */
  readonly isPartial: boolean;
  readonly text: Buffer;
}

const header = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) (stdout|stderr) ([PF]) /;
/** Time, the longer stream name, tag, and the blanks behind them. */
const longestHeader = 30 + 1 + 6 + 1 + 1 + 1;

/** Undefined for what is no entry: a line that was cut by a full disk, say. @param line  without its line feed */
export function parseCriLine(line: Buffer): CriEntry | undefined {
  const match = header.exec(line.subarray(0, longestHeader).toString('latin1'));
  if (match === null) return undefined;
  const [whole, time = '', stream, tag] = match;
  return {
    time,
    stream: stream === 'stderr' ? 'stderr' : 'stdout',
    isPartial: tag === 'P',
    text: line.subarray(whole.length),
  };
}

/** Longest line that is put together again; what is longer is given out in pieces. */
const longestLine = 1 << 20;

export interface JoinedLine {
  /** Of its first entry. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Puts lines together again that were split, per stream. */
export class LineJoiner {
  readonly #open = new Map<string, { readonly time: string; readonly parts: Buffer[]; length: number }>();

  /** The line that this entry ends, if it ends one. */
  add({ time, stream, isPartial, text }: CriEntry): JoinedLine | undefined {
    const line = this.#open.get(stream) ?? { time, parts: [], length: 0 };
    line.parts.push(text);
    line.length += text.length;
    if (isPartial && line.length < longestLine) {
      this.#open.set(stream, line);
      return undefined;
    }
    this.#open.delete(stream);
    return { time: line.time, stream, text: Buffer.concat(line.parts).toString('utf8') };
  }
}
