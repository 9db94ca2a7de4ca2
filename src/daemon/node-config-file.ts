import { readFileSync } from 'node:fs';
import type { NodeConfigFile } from '../config/node-config.ts';
import { SourceFile } from '../lib/document/source-file.ts';
import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { readCheckedYaml } from './checked-yaml.ts';
import { validateNodeConfig } from './generated/validate-node-config.ts';

/** Reads node.yaml. @throws TsorchError `node.bad-config` with every problem, each with its line and column */
export function readNodeConfigFile(path: string): NodeConfigFile {
  const checked = readCheckedYaml(new SourceFile(path, readText(path)), validateNodeConfig);
  if ('value' in checked) return (checked.value ?? {}) as NodeConfigFile;
  throw badConfig(path, checked);
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
