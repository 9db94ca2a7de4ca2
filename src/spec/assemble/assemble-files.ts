import type { MappingNode, SourceNode } from '../../lib/document/source-node.ts';
import { interpolateTree } from '../interpolate/interpolate-tree.ts';
import { type Assembly, readDocuments } from './assembly.ts';
import { resolveExtends } from './extends.ts';
import type { DocumentPlace, FileSet } from './file-set.ts';
import { resolveIncludes } from './include.ts';
import { mergeNodes } from './merge-nodes.ts';
import { stackMergeRules } from './merge-rules.ts';

/**
 * Puts one stack together from its files: each document interpolated, with what it includes and extends, then joined
 * in the order given. Nothing if no file could be read.
 */
export function assembleFiles(set: FileSet, assembly: Assembly): MappingNode | undefined {
  let merged: SourceNode | undefined;
  for (const file of set.files) {
    for (const document of readDocuments(assembly, file)) {
      const settled = settleDocument(document, { ...set, file }, assembly);
      merged = merged === undefined ? settled : join(merged, settled, assembly);
    }
  }
  return merged?.kind === 'mapping' ? merged : undefined;
}

function settleDocument(written: SourceNode, place: DocumentPlace, assembly: Assembly): SourceNode {
  const { lookup, projectDirectory, file } = place;
  const interpolate = (node: SourceNode) => interpolateTree(node, { lookup, problems: assembly.problems });
  const document = interpolate(written);
  if (document.kind !== 'mapping') return document;
  const load = (included: FileSet) => assembleFiles(included, assembly);
  const { included, rest } = resolveIncludes(document, { ...place, load }, assembly);
  const extended = resolveExtends(rest, {
    directory: projectDirectory,
    path: file.path,
    interpolate,
    assembly,
    opened: new Map(),
  });
  // What is included comes first: the file that includes has the last word.
  return included.reduceRight((later, earlier) => join(earlier, later, assembly), extended);
}

function join(earlier: SourceNode, later: SourceNode, { problems }: Assembly): SourceNode {
  return mergeNodes(earlier, later, stackMergeRules, problems);
}
