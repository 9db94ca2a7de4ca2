import { SourceFile } from '../../lib/document/source-file.ts';
import type { EnvFileAsWritten, Pairs, ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { type DotenvOptions, parseDotenv, parseRawEnv } from '../interpolate/dotenv.ts';
import { type NormalizeContext, resolvePath } from './context.ts';
import { type Pair, readPairs } from './pairs.ts';
import { readBoolean } from './values.ts';

type EnvFiles = NonNullable<ServiceAsWritten['env_file']>;

/** `environment` over `env_file`, of the files the last; a bare key takes its value from the environment, or is none. */
export function normalizeEnvironment(
  service: Field<ServiceAsWritten>,
  context: NormalizeContext,
): Record<string, string> {
  const variables = readEnvFiles(service.get('env_file'), context);
  for (const pair of readPairs(service.get('environment'))) {
    warnIfLossy(pair);
    variables.set(pair.key, pair.value ?? context.lookup(pair.key));
  }
  const settled = [...variables].filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(settled);
}

/** `label_file` under `labels`; a bare label is empty. */
export function normalizeLabels(
  labels: Field<Pairs> | undefined,
  files: Field<ServiceAsWritten['label_file']> | undefined,
  context: NormalizeContext,
): Record<string, string> {
  const values = new Map<string, string | undefined>();
  for (const file of listOf(files)) {
    for (const [key, value] of readEnvFile(file.as(String(file.value)), context)) values.set(key, value);
  }
  for (const { key, value } of readPairs(labels)) values.set(key, value);
  return Object.fromEntries([...values].map(([key, value]) => [key, value ?? '']));
}

function readEnvFiles(
  field: Field<EnvFiles> | undefined,
  context: NormalizeContext,
): Map<string, string | undefined> {
  const variables = new Map<string, string | undefined>();
  for (const item of listOf(field)) {
    const { value } = item;
    const file =
      typeof value === 'string' ? readEnvFile(item.as(value), context) : readLong(item.as(value), context);
    for (const [key, text] of file) variables.set(key, text);
  }
  return variables;
}

function readLong(item: Field<EnvFileAsWritten>, context: NormalizeContext): Map<string, string | undefined> {
  const path = item.get('path');
  const isRequired = readBoolean(item.get('required')) ?? true;
  const format = item.value.format ?? undefined;
  if (format !== undefined && format !== 'raw') {
    item
      .get('format')
      ?.error('spec.bad-value', `the format ${quote(format)} is not known; it is "raw" or absent`);
  }
  return path === undefined ? new Map() : readEnvFile(path, context, { isRequired, isRaw: format === 'raw' });
}

function readEnvFile(
  field: Field<string>,
  context: NormalizeContext,
  { isRequired = true, isRaw = false } = {},
): Map<string, string | undefined> {
  const path = resolvePath(field.value, context);
  const content = context.files.read(path);
  if (content.kind === 'absent') {
    if (isRequired) field.error('spec.unreadable', `the file ${quote(field.value)} is not there (${path})`);
    return new Map();
  }
  if (content.kind === 'unreadable') {
    field.error('spec.unreadable', `the file ${quote(field.value)} cannot be read: ${content.reason}`);
    return new Map();
  }
  const file = new SourceFile(path, content.text);
  const options: DotenvOptions = {
    lookup: context.lookup,
    onProblem: (problem) => context.problems.add(problem),
  };
  return isRaw ? parseRawEnv(file, options) : parseDotenv(file, options);
}

/** `1.10` without quotes is the number 1.1: what arrives in the container is not what stands in the file. */
function warnIfLossy({ key, value, field }: Pair): void {
  if (typeof field.value !== 'number' || value === undefined || field.isWrittenAs(value)) return;
  field.warn('spec.lossy-value', `${quote(key)} becomes ${quote(value)}, because it is written as a number`, {
    hint: 'put the value into quotes to keep it as it is',
  });
}

function listOf<Item>(
  field: Field<string | readonly Item[] | null | undefined> | undefined,
): Field<string | NonNullable<Item>>[] {
  if (field === undefined) return [];
  const { value } = field;
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [field.as<string | NonNullable<Item>>(value)] : field.as(value).items();
}
