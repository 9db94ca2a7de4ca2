import { ContainerLog } from './container-log.ts';
import type { JoinedLine } from './cri-line.ts';
import { FolderWatch } from './folder-watch.ts';
import { listLogFiles } from './log-files.ts';
import type { LogLine, LogOptions, LogReader } from './log-reader.ts';
import { mergeByTime, raceLines } from './merge-lines.ts';

interface Source {
  readonly container: string;
  readonly folder: string;
  readonly log: ContainerLog;
}

/** Reads the shims' log files. */
export class CriLogReader implements LogReader {
  readonly #folderOf: (container: string) => string;

  /** @param folderOf  `<root>/containers/<id>/log` */
  constructor(folderOf: (container: string) => string) {
    this.#folderOf = folderOf;
  }

  async *read(containers: readonly string[], options: LogOptions = {}): AsyncGenerator<LogLine> {
    const sources = containers.map((container) => {
      const folder = this.#folderOf(container);
      return { container, folder, log: new ContainerLog(folder) };
    });
    // Ends what waits for new lines, also when the reader leaves early.
    const left = new AbortController();
    const signal =
      options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
    try {
      yield* mergeByTime(sources.map((source) => history(source, options)));
      if (options.follow) yield* raceLines(sources.map((source) => live(source, { ...options, signal })));
    } finally {
      left.abort();
      await Promise.all(sources.map(({ log }) => log.close()));
    }
  }
}

/** What is there now. */
async function* history(source: Source, options: LogOptions): AsyncGenerator<LogLine> {
  const { since, tail, signal } = options;
  const files = listLogFiles(source.folder).filter(
    ({ modifiedMs }) => since === undefined || modifiedMs >= since,
  );
  const oldest = files[0];
  if (oldest === undefined) return;
  if (tail === undefined) {
    await source.log.startAt(oldest);
    for await (const line of wanted(source.log.read(), options)) {
      if (signal?.aborted) return;
      yield { container: source.container, ...line };
    }
    return;
  }
  for (const line of await lastLines(source, tail, options)) yield { container: source.container, ...line };
}

/** Begins with the newest file and goes back one more until there are enough. */
async function lastLines(
  { folder, log }: Source,
  count: number,
  options: LogOptions,
): Promise<readonly JoinedLine[]> {
  let last: JoinedLine[] = [];
  for (const file of listLogFiles(folder).toReversed()) {
    await log.startAt(file);
    last = [];
    for await (const line of wanted(log.read(), options)) {
      last.push(line);
      if (last.length > 2 * count) last = last.slice(-count);
    }
    if (last.length >= count) break;
  }
  return count === 0 ? [] : last.slice(-count);
}

/** What comes from now on, until the container's folder is gone. */
async function* live({ container, folder, log }: Source, options: LogOptions): AsyncGenerator<LogLine> {
  const range = timeRange(options);
  const changes = new FolderWatch(folder, options);
  try {
    while (await changes.next()) {
      for await (const line of log.read()) {
        if (line.time > range.end) return;
        if (line.time >= range.begin) yield { container, ...line };
      }
    }
  } finally {
    changes.close();
  }
}

/** Lines of one log are in order of time, so the first one after `until` ends it. */
async function* wanted(lines: AsyncIterable<JoinedLine>, options: LogOptions): AsyncGenerator<JoinedLine> {
  const range = timeRange(options);
  for await (const line of lines) {
    if (line.time > range.end) return;
    if (line.time >= range.begin) yield line;
  }
}

/** Both ends belong to it; `~` sorts after every time. */
function timeRange({ since, until }: LogOptions): { readonly begin: string; readonly end: string } {
  return {
    begin: since === undefined ? '' : timeText(since),
    end: until === undefined ? '~' : timeText(until),
  };
}

/** As the shim writes it, so that texts compare as times do. */
function timeText(at: number): string {
  return new Date(at).toISOString().replace('Z', '000000Z');
}
