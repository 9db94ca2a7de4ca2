import type { ScalarNode, SourceNode } from '../lib/document/source-node.ts';
import { quote } from './field.ts';
import { interpolateTree } from './interpolate/interpolate-tree.ts';
import { type ProblemCollector, wholeFile } from './problem-collector.ts';

export interface StackNameOptions {
  /** As asked for on the command line. */
  readonly asked: string | undefined;
  readonly lookup: (name: string) => string | undefined;
  /** Documents of the user's files as written, in order. */
  readonly documents: readonly SourceNode[];
  /** What to name it after if nothing else does: the project directory's name, or the file's. */
  readonly fallback: string;
  readonly problems: ProblemCollector;
}

const pattern = /^[a-z0-9][a-z0-9_-]*$/;
/** The name is part of host names, directories and labels. */
const maxLength = 63;

/** Asked for > `COMPOSE_PROJECT_NAME` > top-level `name` of the last file that has one > fallback. */
export function settleStackName({ asked, lookup, documents, fallback, problems }: StackNameOptions): string {
  const fromEnvironment = lookup('COMPOSE_PROJECT_NAME');
  const given = asked ?? (fromEnvironment === '' ? undefined : fromEnvironment);
  const node = documents.map(nameNode).findLast((name) => name !== undefined);
  const written = node === undefined ? undefined : interpolateTree(node, { lookup, problems });
  const at = written ?? documents[0] ?? wholeFile('the command line');
  if (given !== undefined) {
    if (!isGood(given))
      problems.add({ code: 'spec.name-invalid', message: `${quote(given)} is not a stack name`, at });
    return given;
  }
  const text =
    written?.kind === 'scalar' && typeof written.value === 'string' && written.value !== ''
      ? written.value
      : undefined;
  const name = (text ?? fallback)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
  if (!isGood(name)) {
    const hint = 'add `name: NAME` at the top';
    problems.add({
      code: 'spec.name-invalid',
      message: `${quote(text ?? fallback)} makes no stack name`,
      at,
      hint,
    });
  }
  return name;
}

function isGood(name: string): boolean {
  return name.length <= maxLength && pattern.test(name);
}

function nameNode(document: SourceNode): ScalarNode | undefined {
  const node = document.kind === 'mapping' ? document.entries.get('name')?.value : undefined;
  return node?.kind === 'scalar' && node.value !== null ? node : undefined;
}
