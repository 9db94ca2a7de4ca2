import { readFileSync } from 'node:fs';
import type { NodeConfigFile } from '../config/node-config.ts';
import { parseYaml } from '../lib/document/parse-yaml.ts';
import { SourceFile } from '../lib/document/source-file.ts';
import { deepestAt, type SourceNode } from '../lib/document/source-node.ts';
import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { type SchemaError, validateNodeConfig } from './generated/validate-node-config.ts';

/** Reads node.yaml. @throws TsorchError `node.bad-config` with every problem, each with its line and column */
export function readNodeConfigFile(path: string): NodeConfigFile {
  const file = new SourceFile(path, readText(path));
  const { documents, problems } = parseYaml(file);
  if (problems.length > 0)
    throw badConfig(
      path,
      problems.map(({ message, at }) => `${place(file, at.start)} ${message}`),
    );
  const [root] = documents;
  if (root === undefined) return {};
  const value = plainValue(root);
  if (validateNodeConfig(value)) return value as NodeConfigFile;
  throw badConfig(
    path,
    (validateNodeConfig.errors ?? []).map((error) => describe(error, file, root)),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TsorchError<ErrorCode>('node.bad-config', `cannot read ${path}`, { cause, object: path });
  }
}

function badConfig(path: string, problems: readonly string[]): TsorchError<ErrorCode> {
  return new TsorchError(
    'node.bad-config',
    [`${path} is not a node configuration`, ...problems].join('\n  '),
    {
      object: path,
      hint: 'correct what is listed; schemas/node-config.schema.json describes every key',
    },
  );
}

function describe(
  { instancePath, keyword, params }: SchemaError,
  file: SourceFile,
  root: SourceNode,
): string {
  const keys = instancePath.split('/').slice(1);
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
