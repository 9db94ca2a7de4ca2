// schemas/*.schema.json -> validator functions, compiled ahead of time: importing ajv and compiling a schema of this
// size costs 200 ms at run time, the generated code 7 ms. Offline.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

/** Schema -> module below `out`, the name of the function in it and, where it is wanted, that of the tree of keys. */
const validators = [
  {
    schema: 'schemas/stack.schema.json',
    module: 'spec/generated/validate-stack',
    name: 'validateStack',
    keys: 'stackKeys',
  },
  {
    schema: 'schemas/node-config.schema.json',
    module: 'daemon/generated/validate-node-config',
    name: 'validateNodeConfig',
  },
  {
    schema: 'schemas/trust-policy.schema.json',
    module: 'daemon/generated/validate-trust-policy',
    name: 'validateTrustPolicy',
  },
  {
    schema: 'schemas/normalised-stack.schema.json',
    module: 'daemon/generated/validate-normalised-stack',
    name: 'validateNormalisedStack',
  },
];

const banner = (schema) => `// Generated from ${schema} by scripts/generate-validators.mjs; do not edit.`;

/** @param out the folder that stands for `src` */
export async function generateValidators(out = 'src') {
  for (const { schema, module, name, keys } of validators) {
    const document = JSON.parse(readFileSync(schema, 'utf8'));
    const code = await compile(document, name);
    const file = join(out, module);
    mkdirSync(dirname(file), { recursive: true });
    const tree = JSON.stringify(keyTree(document, document));
    const keyTreeCode = keys === undefined ? '' : `export const ${keys}: KeyTree = ${tree};\n`;
    writeFileSync(`${file}.ts`, `${banner(schema)}\n${types}\n${code}${keyTreeCode}`);
  }
}

async function compile(schema, name) {
  const ajv = new Ajv2020.default({
    allErrors: true,
    messages: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, lines: true },
  });
  const code = standaloneCode.default(ajv, { [name]: ajv.compile(withoutAnnotations(schema)).schema.$id });
  // The standalone code requires parts of ajv: bundling takes them in, and gives the file one module format.
  const bundled = await build({
    stdin: { contents: code, resolveDir: process.cwd() },
    bundle: true,
    // Comments name the files: by their places in this project, wherever node_modules may lie.
    preserveSymlinks: true,
    write: false,
    format: 'esm',
    target: 'node20',
    legalComments: 'none',
    charset: 'utf8',
  });
  const [output] = bundled.outputFiles;
  return namedExport(output.text, name);
}

/** esbuild sees a CommonJS module and exports it as a whole; its callers want the function by name. */
function namedExport(text, name) {
  return text.replace(
    /export default (\w+)\(\);\s*$/,
    (_, require) => `export const ${name}: Validator = ${require}().${name};\n`,
  );
}

/**
 * The keys that a document may have, as a tree: `*` stands for any name, `[]` for the items of a list. What an unknown
 * key may have been meant to be, and what the table of verdicts must cover.
 */
function keyTree(node, root) {
  const schema = node.$ref === undefined ? node : { ...resolve(node.$ref, root), ...node };
  const tree = {};
  for (const [key, value] of Object.entries(schema.properties ?? {})) tree[key] = keyTree(value, root);
  if (typeof schema.additionalProperties === 'object') tree['*'] = keyTree(schema.additionalProperties, root);
  if (typeof schema.items === 'object') tree['[]'] = keyTree(schema.items, root);
  return tree;
}

const resolve = (reference, root) =>
  reference
    .split('/')
    .slice(1)
    .reduce((at, key) => at[key], root);

/** The validator carries the schema's objects with it: words for people are left out. */
function withoutAnnotations(node) {
  if (Array.isArray(node)) return node.map(withoutAnnotations);
  if (node === null || typeof node !== 'object') return node;
  const isAnnotation = ([key, value]) =>
    (['description', 'title'].includes(key) && typeof value === 'string') ||
    (key === 'examples' && Array.isArray(value)) ||
    (key === 'default' && (typeof value !== 'object' || value === null)) ||
    (key === 'deprecated' && typeof value === 'boolean');
  const kept = Object.entries(node).filter((entry) => !isAnnotation(entry));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutAnnotations(value)]));
}

const types = `// @ts-nocheck
export interface SchemaError {
  /** JSON pointer of the value, \`/services/web/ports/0\`. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** With \`propertyNames\`: the name that is wrong. */
  readonly propertyName?: string;
}

/** Whether \`data\` fits the schema; if not, \`errors\` lists all that is wrong until the next call. */
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** The keys that a document may have: \`*\` stands for any name, \`[]\` for the items of a list. */
export interface KeyTree {
  readonly [key: string]: KeyTree;
}
`;
