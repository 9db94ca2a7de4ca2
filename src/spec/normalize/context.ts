import { isAbsolute, join, normalize } from 'node:path';
import type { StackAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';
import type { InputFiles } from '../input-files.ts';
import type { ProblemCollector } from '../problem-collector.ts';

/** What a normaliser may need besides the value in front of it. */
export interface NormalizeContext {
  readonly stackName: string;
  /** Absolute; relative paths of the file start here. */
  readonly projectDirectory: string;
  /** Value of an interpolation variable, also given to bare keys of `environment`. */
  readonly lookup: (name: string) => string | undefined;
  /** Architecture of the host in Go's words: `amd64`. */
  readonly architecture: string;
  /** What the stack declares, for references. */
  readonly declared: Declared;
  readonly root: Field<StackAsWritten>;
  readonly files: InputFiles;
  readonly problems: ProblemCollector;
}

export interface Declared {
  /** Services that run, and those whose profiles are off. */
  readonly services: ReadonlySet<string>;
  readonly disabledServices: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
}

/** Absolute form of a path of the file: `~` is the home of the user, relative ones start at the project directory. */
export function resolvePath(path: string, { projectDirectory, lookup }: NormalizeContext): string {
  const home = lookup('HOME') ?? '/root';
  const expanded = path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
  return withoutTrailingSlash(isAbsolute(expanded) ? normalize(expanded) : join(projectDirectory, expanded));
}

/** `/a//b/../c/` -> `/a/c`; nothing if the path is not absolute. */
export function cleanContainerPath(path: string): string | undefined {
  return path.startsWith('/') && !path.includes('\0') ? withoutTrailingSlash(normalize(path)) : undefined;
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
