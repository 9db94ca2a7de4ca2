import { relative } from 'node:path';
import { parseYaml, type YamlProblem } from '../../lib/document/parse-yaml.ts';
import { SourceFile, type SourceRange } from '../../lib/document/source-file.ts';
import type { SourceNode } from '../../lib/document/source-node.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { InputFiles } from '../input-files.ts';
import { type ProblemCollector, wholeFile } from '../problem-collector.ts';
import { checkTags } from './check-tags.ts';

export type Lookup = (name: string) => string | undefined;

/** What one load shares while its files are put together. */
export interface Assembly {
  readonly files: InputFiles;
  readonly problems: ProblemCollector;
  /** Where the user stands: file names are shown as seen from here. */
  readonly workingDirectory: string;
  /** Files parsed so far, as written, by path. */
  readonly parsed: Map<string, readonly SourceNode[]>;
}

export interface FileUse {
  readonly path: string;
  /** What named the file; absent = the user, on the command line. */
  readonly namedAt?: SourceRange;
}

/** More files than any person writes: something names itself in a roundabout way. */
const maxFiles = 256;

const codes: Readonly<Record<YamlProblem['kind'], ErrorCode>> = {
  syntax: 'spec.bad-yaml',
  'duplicate-key': 'spec.duplicate-key',
  'too-large': 'spec.too-large',
};

/** The documents of a file as written; none, and a problem, if it cannot be read. */
export function readDocuments(assembly: Assembly, { path, namedAt }: FileUse): readonly SourceNode[] {
  const known = assembly.parsed.get(path);
  if (known !== undefined) return known;
  const documents = parseFile(assembly, path, namedAt ?? wholeFile(displayName(assembly, path)));
  assembly.parsed.set(path, documents);
  return documents;
}

/** The path as the user would type it. */
export function displayName({ workingDirectory }: Assembly, path: string): string {
  const name = relative(workingDirectory, path);
  return path === '-' ? 'standard input' : name.startsWith('..') || name === '' ? path : name;
}

function parseFile(assembly: Assembly, path: string, namedAt: SourceRange): readonly SourceNode[] {
  const { problems, files, parsed } = assembly;
  const name = displayName(assembly, path);
  if (parsed.size >= maxFiles) {
    problems.add({ code: 'spec.too-large', message: `more than ${maxFiles} files`, at: namedAt });
    return [];
  }
  const content = files.read(path);
  if (content.kind !== 'text') {
    const reason = content.kind === 'absent' ? 'it is not there' : content.reason;
    problems.add({ code: 'spec.unreadable', message: `cannot read ${name}: ${reason}`, at: namedAt });
    return [];
  }
  const { documents, problems: found } = parseYaml(new SourceFile(name, content.text));
  for (const { kind, message, at, hint } of found) problems.add({ code: codes[kind], message, at, hint });
  // Most files have no tag at all.
  if (content.text.includes('!')) for (const document of documents) checkTags(document, problems);
  return documents.filter((document) => isMapping(document, problems));
}

function isMapping(document: SourceNode, problems: ProblemCollector): boolean {
  if (document.kind === 'mapping') return true;
  const hint = 'begin with `services:`';
  problems.add({ code: 'spec.wrong-type', message: 'a stack file is a mapping', at: document, hint });
  return false;
}
