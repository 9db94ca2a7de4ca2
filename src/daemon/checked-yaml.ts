import { parseYaml } from '../lib/document/parse-yaml.ts';
import type { SourceFile } from '../lib/document/source-file.ts';
import { deepestAt, type Path, type SourceNode } from '../lib/document/source-node.ts';
import type { SchemaError, Validator } from './generated/validate-node-config.ts';

/** A file that fits its schema: plain values, and where each stands. */
export interface CheckedYaml {
  /** Undefined for an empty file. */
  readonly value: unknown;
  /** `/etc/tsorch/trust.yaml:3:5` */
  placeOf(path: Path): string;
}

/** @returns the document, or every problem with its line and column */
export function readCheckedYaml(file: SourceFile, validate: Validator): CheckedYaml | readonly string[] {
  const { documents, problems } = parseYaml(file);
  if (problems.length > 0) return problems.map(({ message, at }) => `${place(file, at.start)} ${message}`);
  const [root] = documents;
  if (root === undefined) return { value: undefined, placeOf: () => place(file, 0) };
  const value = plainValue(root);
  if (!validate(value)) return (validate.errors ?? []).map((error) => describe(error, file, root));
  return { value, placeOf: (path) => place(file, deepestAt(root, path).start) };
}

function describe(
  { instancePath, keyword, params }: SchemaError,
  file: SourceFile,
  root: SourceNode,
): string {
  // JSON pointers write a slash within a key as ~1 (RFC 6901).
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const extra = params['additionalProperty'];
  const what =
    typeof extra === 'string'
      ? `unknown key "${extra}"`
      : `${keys.join('.') || 'the document'}: ${keyword} ${words(params)}`;
  return `${place(file, deepestAt(root, keys).start)} ${what}`;
}

function words(params: Readonly<Record<string, unknown>>): string {
  return Object.values(params).map(String).join(' ');
}

function place(file: SourceFile, offset: number): string {
  const { line, column } = file.positionAt(offset);
  return `${file.name}:${line}:${column}`;
}

function plainValue(node: SourceNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(plainValue);
    case 'mapping':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainValue(entry.value)]));
  }
}
