import { SourceFile, type SourceRange } from '../lib/document/source-file.ts';
import type { InputFiles } from './input-files.ts';
import { parseDotenv } from './interpolate/dotenv.ts';
import { type ProblemCollector, wholeFile } from './problem-collector.ts';

export interface VariableFile {
  readonly path: string;
  readonly isRequired: boolean;
  /** What named the file; absent = the command line, or nobody. */
  readonly namedAt?: SourceRange;
}

export interface VariableFileContext {
  readonly files: InputFiles;
  readonly problems: ProblemCollector;
  readonly lookup: (name: string) => string | undefined;
}

/** Variables of `.env` files; of a name given by several, the last. */
export function readVariableFiles(
  variableFiles: readonly VariableFile[],
  { files, problems, lookup }: VariableFileContext,
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const { path, isRequired, namedAt = wholeFile(path) } of variableFiles) {
    const content = files.read(path);
    if (content.kind !== 'text') {
      if (content.kind === 'absent' && !isRequired) continue;
      const reason = content.kind === 'absent' ? 'it is not there' : content.reason;
      problems.add({ code: 'spec.unreadable', message: `cannot read ${path}: ${reason}`, at: namedAt });
      continue;
    }
    const read = parseDotenv(new SourceFile(path, content.text), {
      lookup: (name) => lookup(name) ?? variables.get(name),
      onProblem: (problem) => problems.add(problem),
    });
    for (const [name, value] of read) if (value !== undefined) variables.set(name, value);
  }
  return variables;
}
