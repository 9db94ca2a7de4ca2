import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { Stack } from '../../model/stack.ts';
import { type FileContent, InputFiles, readTextFile } from '../input-files.ts';
import { type LoadResult, loadStack } from '../load-stack.ts';
import { ProblemCollector, wholeFile } from '../problem-collector.ts';
import type { StackSource } from './find-sources.ts';
import { distrust } from './trust.ts';

/** A source as it is now. `stack` is absent while there are errors. */
export interface LoadedSource {
  readonly source: StackSource;
  readonly stack?: Stack;
  readonly problems: readonly Problem[];
  /** Every file that the load looked at, by path: content digests, null for absent ones. */
  readonly inputs: LoadResult['inputs']['files'];
}

export interface SourceReaderOptions {
  /** Variables for interpolation: the node's configured ones, never the daemon's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** User whose files are obeyed, beside root. */
  readonly trustedUser: number;
}

/** Loads sources of the watched directory, only from files that nobody but root can have written. */
export class SourceReader {
  private readonly options: SourceReaderOptions;

  constructor(options: SourceReaderOptions) {
    this.options = options;
  }

  load(source: StackSource): LoadedSource {
    const problems = new ProblemCollector();
    for (const path of source.files) {
      const reason = distrust(path, this.options.trustedUser);
      if (reason !== undefined) {
        problems.add({ code: 'spec.untrusted', message: `refused: ${reason}`, at: wholeFile(path) });
      }
    }
    if (problems.hasErrors) return { source, problems: problems.sorted(), inputs: [] };
    const { inputs, ...result } = loadStack({
      files: source.files,
      // Not the watched directory: a `.env` there would belong to the stacks in folders, too.
      workingDirectory: dirname(source.path),
      fallbackName: source.fallbackName,
      environment: this.options.environment,
      readFile: this.read,
    });
    return { source, ...result, inputs: inputs.files };
  }

  /** Whether a load would look at the same contents again. Refused sources are tried each time: they cost little. */
  isUnchanged({ inputs }: LoadedSource): boolean {
    if (inputs.length === 0) return false;
    const files = new InputFiles(this.read);
    for (const { path } of inputs) files.read(path);
    return files.list().every(({ digest }, index) => digest === inputs[index]?.digest);
  }

  private readonly read = (path: string): FileContent => {
    const reason = distrust(path, this.options.trustedUser);
    return reason === undefined ? readTextFile(path) : { kind: 'unreadable', reason };
  };
}

/** Whether a file was written to just now: it may be half there. A clock that was set back counts as rest. */
export function isSettling(source: StackSource, now: number, restMs: number): boolean {
  return source.files.some((path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    const age = status === undefined ? Infinity : now - status.mtimeMs;
    return age >= 0 && age < restMs;
  });
}
