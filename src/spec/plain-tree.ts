import { formatPath, type Path, type SourceNode } from '../lib/document/source-node.ts';

export type PlainValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | PlainValue[]
  | { [key: string]: PlainValue };

export interface PlainTree {
  readonly value: PlainValue;
  /** Paths of values that were left out because their problem has been reported. */
  readonly broken: Set<string>;
}

/** The document without places, as a schema wants it. Broken values are `undefined`; what `!reset` marks is gone. */
export function toPlainTree(root: SourceNode): PlainTree {
  const conversion = new Conversion();
  return { value: conversion.visit(root), broken: conversion.broken };
}

class Conversion {
  readonly broken = new Set<string>();
  /** Where the visit is; one array for all nodes, since hardly any of them has its path asked for. */
  private readonly path: (string | number)[] = [];

  visit(node: SourceNode): PlainValue {
    if (node.kind === 'scalar') {
      if (node.isBroken !== true) return node.value;
      this.broken.add(formatPath(this.path));
      return undefined;
    }
    if (node.kind === 'sequence') return node.items.map((item, index) => this.visitAt(index, item));
    const value: { [key: string]: PlainValue } = {};
    for (const [key, entry] of node.entries) {
      if (entry.value.tag !== '!reset') value[key] = this.visitAt(key, entry.value);
    }
    return value;
  }

  private visitAt(key: string | number, node: SourceNode): PlainValue {
    this.path.push(key);
    const value = this.visit(node);
    this.path.pop();
    return value;
  }
}

/** Takes a value out of the tree (an item of a list leaves a hole, so that indexes stay) and notes its path. */
export function markBroken(tree: PlainTree, path: Path): void {
  tree.broken.add(formatPath(path));
  const parent = plainAt(tree.value, path.slice(0, -1));
  const last = path.at(-1);
  if (Array.isArray(parent)) parent[Number(last)] = undefined;
  else if (isPlainMapping(parent)) delete parent[String(last)];
}

export function plainAt(value: PlainValue, path: Path): PlainValue {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isPlainMapping(at)) at = Object.hasOwn(at, key) ? at[key] : undefined;
    else return undefined;
  }
  return at;
}

export function isPlainMapping(value: PlainValue): value is { [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
