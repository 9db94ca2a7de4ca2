import { join, resolve } from 'node:path';
import type { Assembly, Lookup } from './assemble/assembly.ts';
import { readVariableFiles, type VariableFile } from './variable-files.ts';

export interface ProjectEnvironmentOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--env-file`; a later file overrides an earlier one. Absent = `.env` where it is. */
  readonly environmentFiles?: readonly string[] | undefined;
  readonly projectDirectory: string;
}

/** The variables of a load, and which of them were asked for. */
export interface ProjectEnvironment {
  readonly lookup: Lookup;
  readonly consulted: Set<string>;
}

/**
 * Variables for interpolation: the environment, then the files that are named, or else `.env` of the working
 * directory and of the project directory (Compose, "Environment variables precedence").
 */
export function projectEnvironment(
  options: ProjectEnvironmentOptions,
  assembly: Assembly,
): ProjectEnvironment {
  const consulted = new Set<string>();
  const given = (name: string) => {
    consulted.add(name);
    return Object.hasOwn(options.environment, name) ? options.environment[name] : undefined;
  };
  const files = variableFiles(options, given, assembly);
  const fromFiles = readVariableFiles(files, { ...assembly, lookup: given });
  return { lookup: (name) => given(name) ?? fromFiles.get(name), consulted };
}

/** The strongest last. */
function variableFiles(
  { environmentFiles, projectDirectory }: ProjectEnvironmentOptions,
  given: Lookup,
  { workingDirectory }: Assembly,
): readonly VariableFile[] {
  const named = environmentFiles ?? given('COMPOSE_ENV_FILES')?.split(',').filter(Boolean);
  if (named !== undefined) {
    return named.map((file) => ({ path: resolve(workingDirectory, file), isRequired: true }));
  }
  if (/^(?:1|true)$/i.test(given('COMPOSE_DISABLE_ENV_FILE') ?? '')) return [];
  const directories = new Set([projectDirectory, workingDirectory]);
  return [...directories].map((directory) => ({ path: join(directory, '.env'), isRequired: false }));
}
