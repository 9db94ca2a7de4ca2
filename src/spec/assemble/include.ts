import { isAbsolute, join } from 'node:path';
import type { MappingNode, SourceNode } from '../../lib/document/source-node.ts';
import { quote } from '../field.ts';
import { readVariableFiles } from '../variable-files.ts';
import { type Assembly, displayName } from './assembly.ts';
import { textOf, withoutEntry } from './build-node.ts';
import { directoryOf, type IncludePlace } from './file-set.ts';
import { rebaseDocument } from './rebase-paths.ts';

const maxDepth = 16;

export interface Includes {
  /** In the order of the file, each a stack of its own with absolute paths. */
  readonly included: readonly SourceNode[];
  readonly rest: MappingNode;
}

/** Loads what a document includes, each entry with its own project directory and variables. */
export function resolveIncludes(document: MappingNode, place: IncludePlace, assembly: Assembly): Includes {
  const list = document.entries.get('include')?.value;
  // A form that is wrong stays for the schema to complain about.
  if (list?.kind !== 'sequence') return { included: [], rest: document };
  const included = list.items.flatMap((entry) => loadEntry(entry, place, assembly) ?? []);
  return { included, rest: withoutEntry(document, 'include') };
}

function loadEntry(entry: SourceNode, place: IncludePlace, assembly: Assembly): SourceNode | undefined {
  const { problems } = assembly;
  const texts = textsOf(entry.kind === 'mapping' ? entry.entries.get('path')?.value : entry);
  if (texts.length === 0) {
    problems.add({
      code: 'spec.wrong-type',
      message: 'an include is a path, or a mapping with `path`',
      at: entry,
    });
    return undefined;
  }
  const remote = texts.find((text) => /:\/\/|^oci:|^git@/.test(text));
  if (remote !== undefined) {
    problems.add({
      code: 'spec.remote-unsupported',
      message: `${quote(remote)} is not on this host`,
      at: entry,
    });
    return undefined;
  }
  const files = texts.map((text) => ({ path: absolute(text, place.projectDirectory), namedAt: entry }));
  const includedFrom = [...place.includedFrom, place.file.path];
  const repeated = files.find(({ path }) => includedFrom.includes(path));
  if (repeated !== undefined || includedFrom.length > maxDepth) {
    const names = [...includedFrom, repeated?.path ?? ''].map((path) => displayName(assembly, path));
    problems.add({
      code: 'spec.include-cycle',
      message: `${names.join(' -> ')} include each other`,
      at: entry,
    });
    return undefined;
  }
  const written =
    entry.kind === 'mapping' ? textOf(entry.entries.get('project_directory')?.value) : undefined;
  const projectDirectory =
    written === undefined
      ? directoryOf(files, place.projectDirectory)
      : absolute(written, place.projectDirectory);
  const lookup = withOwnVariables(entry, projectDirectory, { place, assembly });
  const document = place.load({ files, projectDirectory, lookup, includedFrom });
  return document === undefined ? undefined : rebaseDocument(document, projectDirectory);
}

/** The variables of the file that includes win over those that the entry brings along. */
function withOwnVariables(
  entry: SourceNode,
  projectDirectory: string,
  { place, assembly }: { readonly place: IncludePlace; readonly assembly: Assembly },
): IncludePlace['lookup'] {
  const written = entry.kind === 'mapping' ? textsOf(entry.entries.get('env_file')?.value) : [];
  const files =
    written.length > 0
      ? written.map((path) => ({
          path: absolute(path, place.projectDirectory),
          isRequired: true,
          namedAt: entry,
        }))
      : [{ path: join(projectDirectory, '.env'), isRequired: false }];
  const own = readVariableFiles(files, { ...assembly, lookup: place.lookup });
  return (name) => place.lookup(name) ?? own.get(name);
}

function textsOf(node: SourceNode | undefined): string[] {
  if (node === undefined) return [];
  const items = node.kind === 'sequence' ? node.items : [node];
  return items.flatMap((item) => textOf(item) ?? []);
}

function absolute(path: string, directory: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}
