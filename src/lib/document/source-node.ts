import type { SourceRange } from './source-file.ts';

/** A parsed document as written: plain values that know where they stand. Immutable; aliases share what they stand for. */
export type SourceNode = ScalarNode | MappingNode | SequenceNode;

interface NodePlace extends SourceRange {
  /** Where the value stands when the node is the use of an alias. */
  readonly definedAt?: SourceRange;
  /** Local tag as written, e.g. `!reset`; the standard ones are resolved and gone. */
  readonly tag?: string;
}

export interface ScalarNode extends NodePlace {
  readonly kind: 'scalar';
  /** Integers that a double cannot hold exactly are kept as their decimal digits. */
  readonly value: Scalar;
  /** The text that `value` was read from, without quotes. */
  readonly text: string;
  /** Written without quotes. */
  readonly isPlain: boolean;
  /** A problem with this value has been reported; later stages pass it by. */
  readonly isBroken?: boolean;
}

export type Scalar = string | number | boolean | null;

export interface MappingNode extends NodePlace {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

export interface MappingEntry {
  readonly key: SourceRange;
  readonly value: SourceNode;
}

export interface SequenceNode extends NodePlace {
  readonly kind: 'sequence';
  readonly items: readonly SourceNode[];
}

/** Keys and 0-based indexes from the root. */
export type Path = readonly (string | number)[];

export function childOf(node: SourceNode, key: string | number): SourceNode | undefined {
  if (node.kind === 'mapping') return node.entries.get(String(key))?.value;
  if (node.kind === 'sequence') return node.items[Number(key)];
  return undefined;
}

/** The node at a path, or the deepest one on the way to it. */
export function deepestAt(root: SourceNode, path: Path): SourceNode {
  let at = root;
  for (const key of path) {
    const next = childOf(at, key);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/** Place of the key that leads to `path`; for a sequence item the item itself. */
export function keyAt(root: SourceNode, path: Path): SourceRange {
  const parent = deepestAt(root, path.slice(0, -1));
  const last = path.at(-1);
  if (parent.kind === 'mapping' && last !== undefined) {
    return parent.entries.get(String(last))?.key ?? parent;
  }
  return deepestAt(root, path);
}

/**
 * Place of a part of a scalar's value. Exact where source and value are the same text (plain and simple quoted
 * scalars); else the first occurrence of the part in the source; else the whole scalar.
 */
export function partOf(node: ScalarNode, offset: number, length: number): SourceRange {
  const { file, start, end } = node.definedAt ?? node;
  const source = file.text.slice(start, end);
  const value = node.text;
  const quote = node.isPlain ? 0 : 1;
  const isSame = source.slice(quote, source.length - quote) === value;
  const found = isSame ? offset + quote : source.indexOf(value.slice(offset, offset + length));
  if (found < 0 || length === 0) return { file, start, end };
  return { file, start: start + found, end: start + found + length };
}

/** `services.web.ports[0]`, as people write it. */
export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? key : `.${key}`;
  }
  return text;
}
