import { dirname } from 'node:path';
import type { MappingNode } from '../../lib/document/source-node.ts';
import type { FileUse, Lookup } from './assembly.ts';

/** Files that make up one document together: those of the user, or those of one `include`. */
export interface FileSet {
  readonly files: readonly FileUse[];
  /** Absolute; relative paths in the files start here. */
  readonly projectDirectory: string;
  readonly lookup: Lookup;
  /** Paths of the files whose `include` led here, outermost first. */
  readonly includedFrom: readonly string[];
}

export interface DocumentPlace extends FileSet {
  readonly file: FileUse;
}

/** A place that can load further sets of files. */
export interface IncludePlace extends DocumentPlace {
  readonly load: (set: FileSet) => MappingNode | undefined;
}

/** Directory that the paths of a set of files start at, unless somebody says otherwise. */
export function directoryOf(files: readonly FileUse[], fallback: string): string {
  const [first] = files;
  return first === undefined || first.path === '-' ? fallback : dirname(first.path);
}
