import type { SourceRange } from '../../lib/document/source-file.ts';
import type {
  MappingEntry,
  MappingNode,
  ScalarNode,
  SequenceNode,
  SourceNode,
} from '../../lib/document/source-node.ts';

/** Nodes for what is not written but meant: each stands where what it was made from stands. */

export function scalarAt(at: SourceRange, value: ScalarNode['value']): ScalarNode {
  return { kind: 'scalar', value, text: String(value ?? ''), isPlain: true, ...placeOf(at) };
}

export function sequenceAt(at: SourceRange, items: readonly SourceNode[]): SequenceNode {
  return { kind: 'sequence', items, ...placeOf(at) };
}

export function mappingAt(at: SourceRange, entries: ReadonlyMap<string, MappingEntry>): MappingNode {
  return { kind: 'mapping', entries, ...placeOf(at) };
}

export function withEntry(node: MappingNode, key: string, value: SourceNode): MappingNode {
  const entries = new Map(node.entries);
  entries.set(key, { key: entries.get(key)?.key ?? value, value });
  return { ...node, entries };
}

export function withoutEntry(node: MappingNode, key: string): MappingNode {
  if (!node.entries.has(key)) return node;
  const entries = new Map(node.entries);
  entries.delete(key);
  return { ...node, entries };
}

/** The same mapping with each value replaced. */
export function mapEntries(
  node: MappingNode,
  change: (value: SourceNode, key: string) => SourceNode,
): MappingNode {
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { key: entry.key, value: change(entry.value, key) }] as const,
  );
  return { ...node, entries: new Map(entries) };
}

/** Changes one member, if it is there. */
export function changeEntry(
  node: MappingNode,
  key: string,
  change: (value: SourceNode) => SourceNode,
): MappingNode {
  const entry = node.entries.get(key);
  return entry === undefined ? node : withEntry(node, key, change(entry.value));
}

export function textOf(node: SourceNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function placeOf({ file, start, end }: SourceRange): SourceRange {
  return { file, start, end };
}
