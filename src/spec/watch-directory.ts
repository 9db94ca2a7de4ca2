import { statSync } from 'node:fs';
import { type FSWatcher, watch } from 'chokidar';
import type { Problem } from '../model/problem.ts';
import type { Stack } from '../model/stack.ts';
import { findSources, isPassedBy, type StackSource } from './watch/find-sources.ts';
import { isSettling, type LoadedSource, SourceReader } from './watch/source-reader.ts';
import { takenNames } from './watch/taken-names.ts';

/**
 * - `changed`: the source is good and differs from the last good one; apply it
 * - `invalid`: it cannot be applied as it is; what was applied before stays
 * - `removed`: it has been gone for the whole grace time
 * - `held`: so much is gone at once that nobody can have meant it (a mount that is missing); nothing is removed
 */
export type WatchEvent =
  | {
      readonly kind: 'changed';
      readonly path: string;
      readonly stack: Stack;
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'invalid'; readonly path: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'removed'; readonly path: string; readonly stack: string }
  | { readonly kind: 'held'; readonly paths: readonly string[]; readonly reason: string };

export interface WatchDirectoryOptions {
  readonly directory: string;
  readonly onEvent: (event: WatchEvent) => void;
  /** Sources applied by an earlier daemon: what is gone since then is found out. */
  readonly known?: readonly { readonly path: string; readonly stack: string }[];
  readonly environment?: Readonly<Record<string, string>>;
  /** User whose files are obeyed, beside root; the daemon's own if absent. */
  readonly trustedUser?: number;
  /** A file must rest so long before it is read. */
  readonly restMs?: number;
  /** Absence for less than this is an editor's save or a deploy. */
  readonly removalGraceMs?: number;
  readonly rescanMs?: number;
  readonly now?: () => number;
}

interface KnownSource {
  /** Name of the stack that was last applied from it. */
  readonly stack?: string;
  readonly loaded?: LoadedSource;
  /** What the last event said, so that it is said once. */
  readonly told?: string;
  readonly absentSince?: number;
}

/**
 * Watches a directory of stack files. Level-triggered: every scan compares what is there, by content, with what was
 * told before; notifications of the file system only make a scan come sooner. `/etc/tsorch/stacks.d` by default.
 */
export class WatchDirectory implements AsyncDisposable {
  private readonly options: Required<Omit<WatchDirectoryOptions, 'known'>>;
  private readonly reader: SourceReader;
  private readonly sources = new Map<string, KnownSource>();
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;
  private directoryId: string | undefined;
  private isHolding = false;

  constructor({ known = [], ...options }: WatchDirectoryOptions) {
    this.options = {
      environment: {},
      trustedUser: process.getuid?.() ?? 0,
      restMs: 500,
      removalGraceMs: 10_000,
      rescanMs: 60_000,
      now: Date.now,
      ...options,
    };
    this.reader = new SourceReader(this.options);
    for (const { path, stack } of known) this.sources.set(path, { stack });
  }

  /** Scans once, then watches; returns when notifications are set up. */
  async start(): Promise<void> {
    const { directory, restMs } = this.options;
    this.watcher = watch(directory, {
      ignoreInitial: true,
      depth: 2,
      ignored: (path) =>
        path !== directory && isPassedBy(path.slice(path.lastIndexOf('/') + 1)) && !path.endsWith('/.env'),
    });
    this.watcher.on('all', () => this.scanIn(restMs));
    // A watch that fails (too many of them) leaves the periodic scan.
    this.watcher.on('error', () => this.scanIn(restMs));
    await new Promise<void>((resolve) => this.watcher?.once('ready', resolve));
    this.scan();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.watcher?.close();
    this.watcher = undefined;
  }

  /** Looks at everything now and tells what differs. */
  scan(): void {
    const { rescanMs } = this.options;
    const nextMs = this.look();
    if (this.watcher !== undefined) this.scanIn(Math.min(nextMs, rescanMs));
  }

  private scanIn(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.scan(), delayMs);
  }

  /** @returns milliseconds after which another look is due, whatever the file system says */
  private look(): number {
    const { directory, now, restMs } = this.options;
    const found = this.findAll();
    if (found === undefined) return Infinity;
    const settling = found.filter((source) => isSettling(source, now(), restMs));
    const loaded = found.filter((source) => !settling.includes(source)).map((source) => this.load(source));
    const taken = takenNames([...this.currentlyLoaded(settling), ...loaded]);
    for (const source of loaded) this.tell(source, taken.get(source.source.path) ?? []);
    const waitMs = this.lookForRemoved(new Set(found.map(({ path }) => path)));
    this.watcher?.add(
      loaded
        .flatMap(({ inputs }) => inputs.map(({ path }) => path))
        .filter((path) => !path.startsWith(directory)),
    );
    return settling.length > 0 ? Math.min(restMs, waitMs) : waitMs;
  }

  private findAll(): StackSource[] | undefined {
    const { directory } = this.options;
    try {
      const { dev, ino } = statSync(directory);
      const id = `${dev}:${ino}`;
      const found = findSources(directory);
      if (this.directoryId !== undefined && this.directoryId !== id && found.length === 0) {
        return this.hold('the directory has been replaced by an empty one');
      }
      this.directoryId = id;
      return found;
    } catch (error) {
      return this.hold(`the directory cannot be read: ${(error as Error).message}`);
    }
  }

  private load(source: StackSource): LoadedSource {
    const known = this.sources.get(source.path)?.loaded;
    if (known !== undefined && sameFiles(known.source, source) && this.reader.isUnchanged(known))
      return known;
    return this.reader.load(source);
  }

  private currentlyLoaded(sources: readonly StackSource[]): LoadedSource[] {
    return sources.flatMap(({ path }) => this.sources.get(path)?.loaded ?? []);
  }

  private tell(loaded: LoadedSource, conflicts: readonly Problem[]): void {
    const { path } = loaded.source;
    const known = this.sources.get(path);
    const { stack } = loaded;
    const problems = [...loaded.problems, ...conflicts];
    const isGood = stack !== undefined && conflicts.length === 0;
    const told = isGood ? JSON.stringify(stack) : JSON.stringify(problems);
    this.renameStack(known, isGood ? stack.name : undefined, path);
    const applied = isGood ? stack.name : known?.stack;
    this.sources.set(path, { loaded, told, ...(applied === undefined ? {} : { stack: applied }) });
    if (known?.told === told) return;
    this.options.onEvent(
      isGood ? { kind: 'changed', path, stack, problems } : { kind: 'invalid', path, problems },
    );
  }

  /** A file with another `name` is another stack: the one it was before has lost its file. */
  private renameStack(known: KnownSource | undefined, name: string | undefined, path: string): void {
    const former = known?.stack;
    if (former === undefined || name === undefined || former === name) return;
    const isElsewhere = [...this.sources].some(([other, { stack }]) => other !== path && stack === former);
    if (!isElsewhere) this.options.onEvent({ kind: 'removed', path, stack: former });
  }

  /** @returns milliseconds until the grace time of the next one is over */
  private lookForRemoved(found: ReadonlySet<string>): number {
    const { now, removalGraceMs } = this.options;
    const absent = [...this.sources].filter(([path]) => !found.has(path));
    if (absent.length >= 2 && absent.length * 2 > this.sources.size) {
      this.hold(`${absent.length} of ${this.sources.size} stack files are gone at once`);
      return Infinity;
    }
    this.isHolding = false;
    let waitMs = Infinity;
    for (const [path, known] of absent) {
      const absentSince = known.absentSince ?? now();
      const remainingMs = absentSince + removalGraceMs - now();
      if (remainingMs > 0) {
        this.sources.set(path, { ...known, absentSince });
        waitMs = Math.min(waitMs, remainingMs);
      } else this.remove(path, known);
    }
    return waitMs;
  }

  private remove(path: string, { stack }: KnownSource): void {
    this.sources.delete(path);
    if (stack === undefined) return;
    // Renaming a file changes nothing: the stack lives on in the other one.
    const isElsewhere = [...this.sources.values()].some((other) => other.stack === stack);
    if (!isElsewhere) this.options.onEvent({ kind: 'removed', path, stack });
  }

  private hold(reason: string): undefined {
    if (this.isHolding || this.sources.size === 0) return;
    this.isHolding = true;
    this.options.onEvent({ kind: 'held', paths: [...this.sources.keys()], reason });
  }
}

function sameFiles(a: StackSource, b: StackSource): boolean {
  return a.files.length === b.files.length && a.files.every((path, index) => path === b.files[index]);
}
