import {
  childOf,
  deepestAt,
  formatPath,
  keyAt,
  type Path,
  type SourceNode,
} from '../lib/document/source-node.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { quote } from './field.ts';
import { type KeyTree, type SchemaError, stackKeys, validateStack } from './generated/validate-stack.ts';
import { markBroken, type PlainTree, plainAt } from './plain-tree.ts';
import type { ProblemCollector } from './problem-collector.ts';
import { didYouMean } from './suggest.ts';

/**
 * Checks the shape of a merged document against `schemas/stack.schema.json`. What is wrong is reported and taken out
 * of the tree, so that later stages can go on with the rest.
 */
export function validateShape(root: SourceNode, tree: PlainTree, problems: ProblemCollector): void {
  if (validateStack(tree.value)) return;
  const check = new ShapeCheck(root, tree, problems);
  // Deepest first: a value must still be there when its mistakes are told.
  const errors = (validateStack.errors ?? []).map((error) => ({ error, path: pathOf(root, error) }));
  for (const { error, path } of errors.toSorted((a, b) => b.path.length - a.path.length)) {
    check.report(error, path);
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'nothing',
};

class ShapeCheck {
  private readonly root: SourceNode;
  private readonly tree: PlainTree;
  private readonly problems: ProblemCollector;

  constructor(root: SourceNode, tree: PlainTree, problems: ProblemCollector) {
    this.root = root;
    this.tree = tree;
    this.problems = problems;
  }

  report(error: SchemaError, path: Path): void {
    // The name's own error comes with the error of the mapping that holds it.
    if (error.propertyName !== undefined) return;
    const { keyword, params } = error;
    if (keyword === 'additionalProperties') this.unknownKey([...path, String(params['additionalProperty'])]);
    else if (keyword === 'propertyNames') this.badName([...path, String(params['propertyName'])]);
    else if (keyword === 'required') this.missingKey(path, String(params['missingProperty']));
    else if (keyword === 'type') this.wrongType(path, params['type']);
    else if (keyword === 'enum') this.notAllowed(path, params['allowedValues']);
    else if (keyword === 'maxProperties') this.tooMany(path, params['limit']);
    else this.badValue(path);
  }

  /** A key that is nearly a known one is a typing error; any other is somebody else's and does no harm. */
  private unknownKey(path: Path): void {
    const key = String(path.at(-1));
    const hint = didYouMean(key, knownKeys(path.slice(0, -1)));
    const message = `${quote(key)} is not a key of ${describe(path.slice(0, -1))}`;
    const severity = hint === undefined ? 'warning' : 'error';
    const ignored = severity === 'warning' ? '; it is ignored' : '';
    this.add('spec.unknown-key', path, { message: message + ignored, severity, hint, atKey: true });
  }

  private badName(path: Path): void {
    const name = quote(String(path.at(-1)));
    const message = `${name} is not a name; use letters, digits, ".", "_" and "-"`;
    this.add('spec.bad-value', path, { message, atKey: true });
  }

  private missingKey(path: Path, key: string): void {
    // Its value was broken and is reported already.
    if (this.tree.broken.has(formatPath([...path, key]))) return;
    const message = `${describe(path)} has no ${quote(key)}`;
    this.add('spec.missing-key', path, { message, atKey: path.length > 0 });
  }

  private wrongType(path: Path, wanted: unknown): void {
    const value = plainAt(this.tree.value, path);
    // Broken values are holes by now; a key without a value is as good as absent, but for a service itself.
    if (value === undefined || (value === null && typeof path.at(-1) === 'string' && path.length > 2)) return;
    const types = (Array.isArray(wanted) ? wanted : [wanted]).filter((type) => type !== 'null');
    const names = types.map((type) => typeNames[String(type)] ?? String(type));
    const message = `${describe(path)} must be ${joinWords(names)}, not ${nameType(value)}`;
    this.add('spec.wrong-type', path, { message });
  }

  private notAllowed(path: Path, allowed: unknown): void {
    const value = plainAt(this.tree.value, path);
    if (typeof value !== 'string' || !Array.isArray(allowed)) return;
    const words = allowed.map(String);
    const message = `${describe(path)} is ${quote(value)}; it must be ${joinWords(words.map((word) => `"${word}"`))}`;
    this.add('spec.bad-value', path, { message, hint: didYouMean(value, words) });
  }

  private tooMany(path: Path, limit: unknown): void {
    this.add('spec.too-large', path, { message: `${describe(path)} has more than ${limit} entries` });
  }

  private badValue(path: Path): void {
    const value = plainAt(this.tree.value, path);
    if (value === undefined) return;
    this.add('spec.bad-value', path, { message: `${quote(value)} is not allowed for ${describe(path)}` });
  }

  private add(
    code: ErrorCode,
    path: Path,
    options: { message: string; severity?: 'warning' | 'error'; hint?: string | undefined; atKey?: boolean },
  ): void {
    const { atKey = false, ...rest } = options;
    const at = atKey ? keyAt(this.root, path) : deepestAt(this.root, path);
    this.problems.add({ code, at, path: formatPath(path), ...rest });
    markBroken(this.tree, path);
  }
}

/** JSON pointer -> path; whether a part is an index is known by the document. */
function pathOf(root: SourceNode, { instancePath }: SchemaError): Path {
  const path: (string | number)[] = [];
  let node: SourceNode | undefined = root;
  for (const part of instancePath.split('/').slice(1)) {
    const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const key: string | number = node?.kind === 'sequence' ? Number(text) : text;
    path.push(key);
    node = node === undefined ? undefined : childOf(node, key);
  }
  return path;
}

function knownKeys(path: Path): readonly string[] {
  let tree: KeyTree | undefined = stackKeys;
  for (const key of path) tree = keysBelow(tree, key);
  return Object.keys(tree ?? {}).filter((key) => key !== '*' && key !== '[]');
}

function keysBelow(tree: KeyTree | undefined, key: string | number): KeyTree | undefined {
  if (typeof key === 'number') return tree?.['[]'];
  return tree !== undefined && Object.hasOwn(tree, key) ? tree[key] : tree?.['*'];
}

function nameType(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? quote(value) : String(value);
}

function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function describe(path: Path): string {
  if (path.length === 0) return 'the stack file';
  if (path.length === 2 && path[0] === 'services') return `service ${quote(path[1])}`;
  return `\`${formatPath(path)}\``;
}
