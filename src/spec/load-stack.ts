import { basename, dirname, resolve } from 'node:path';
import type { MappingNode } from '../lib/document/source-node.ts';
import type { Problem } from '../model/problem.ts';
import type { Stack } from '../model/stack.ts';
import { applyVerdicts } from './apply-verdicts.ts';
import type { StackAsWritten } from './as-written.ts';
import { assembleFiles } from './assemble/assemble-files.ts';
import { type Assembly, type Lookup, readDocuments } from './assemble/assembly.ts';
import { uniqueItems } from './assemble/unique-items.ts';
import { checkStack } from './check/check-stack.ts';
import { Field } from './field.ts';
import { type InputFile, InputFiles, type ReadFile, readTextFile } from './input-files.ts';
import { declaredNames } from './normalize/declared.ts';
import { normalizeStack } from './normalize/stack.ts';
import { toPlainTree } from './plain-tree.ts';
import { ProblemCollector } from './problem-collector.ts';
import { selectServices } from './profiles.ts';
import { projectEnvironment } from './project-environment.ts';
import { settleStackName } from './stack-name.ts';
import { validateShape } from './validate-shape.ts';

export interface LoadStackOptions {
  /** In the order of merging; relative ones start at the working directory. `-` is standard input. */
  readonly files: readonly string[];
  /** Absolute; where relative files start, and from where file names are shown. */
  readonly workingDirectory: string;
  /** Where relative paths inside the files start; the directory of the first file if absent. */
  readonly projectDirectory?: string | undefined;
  /** Name asked for on the command line. */
  readonly projectName?: string | undefined;
  /** Name if nothing else gives one; that of the project directory if absent. */
  readonly fallbackName?: string | undefined;
  /** Variables for interpolation; stronger than those of `.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--env-file`; absent = `.env` of the working and of the project directory, where they exist. */
  readonly environmentFiles?: readonly string[] | undefined;
  /** Active profiles; `COMPOSE_PROFILES` if absent. */
  readonly profiles?: readonly string[] | undefined;
  /** Architecture of the host, as Go or Node names it; this machine's if absent. */
  readonly architecture?: string | undefined;
  readonly readFile?: ReadFile | undefined;
}

/** What a load looked at: equal inputs give an equal stack. */
export interface LoadInputs {
  /** Files read, and files looked for that were not there. */
  readonly files: readonly InputFile[];
  /** Names of the environment that were asked for, set or not. */
  readonly variables: readonly string[];
}

export interface LoadResult {
  /** Absent when there are errors among the problems. */
  readonly stack?: Stack;
  /** Errors and warnings of all files, by file and position. */
  readonly problems: readonly Problem[];
  readonly inputs: LoadInputs;
}

/**
 * Reads stack files into a stack as meant. The order of the stages is part of the language: documents are
 * interpolated, joined with what they include and extend, merged, checked against the schema, and only then understood.
 * Nothing is thrown; a stage that finds problems leaves what is broken out, and the next goes on with the rest.
 */
export function loadStack(options: LoadStackOptions): LoadResult {
  const assembly: Assembly = {
    files: new InputFiles(options.readFile ?? readTextFile),
    problems: new ProblemCollector(),
    workingDirectory: options.workingDirectory,
    parsed: new Map(),
  };
  const paths = options.files.map((file) => (file === '-' ? file : resolve(options.workingDirectory, file)));
  const projectDirectory = directoryOfProject(paths, options);
  const environment = projectEnvironment({ ...options, projectDirectory }, assembly);
  const stackName = settleStackName({
    asked: options.projectName,
    lookup: environment.lookup,
    documents: paths.flatMap((path) => readDocuments(assembly, { path })),
    fallback: options.fallbackName ?? basename(projectDirectory),
    problems: assembly.problems,
  });
  const lookup: Lookup = (name) => (name === 'COMPOSE_PROJECT_NAME' ? stackName : environment.lookup(name));
  const files = paths.map((path) => ({ path }));
  const document = assembleFiles({ files, projectDirectory, lookup, includedFrom: [] }, assembly);
  const stack = document && understand(document, { stackName, projectDirectory, lookup, options, assembly });
  const { problems } = assembly;
  return {
    ...(stack === undefined || problems.hasErrors ? {} : { stack }),
    problems: problems.sorted(),
    inputs: { files: assembly.files.list(), variables: [...environment.consulted].sort() },
  };
}

interface LoadContext {
  readonly stackName: string;
  readonly projectDirectory: string;
  readonly lookup: Lookup;
  readonly options: LoadStackOptions;
  readonly assembly: Assembly;
}

/** From the merged document as written to the stack as meant. */
function understand(merged: MappingNode, context: LoadContext): Stack {
  const { stackName, projectDirectory, lookup, options, assembly } = context;
  const { problems, files } = assembly;
  const document = uniqueItems(merged);
  const tree = toPlainTree(document);
  validateShape(document, tree, problems);
  const plain = new Field(tree.value, [], { root: document, problems, broken: tree.broken });
  applyVerdicts(plain);
  // The schema has let it through, and what it found wrong has been taken out.
  const root = plain.as(tree.value as StackAsWritten);
  warnOfVersion(root);
  const active = new Set(options.profiles ?? (lookup('COMPOSE_PROFILES') ?? '').split(',').filter(Boolean));
  const declared = declaredNames(document, selectServices(root, active));
  const architecture = options.architecture ?? process.arch;
  const stack = normalizeStack({
    stackName,
    projectDirectory,
    lookup,
    architecture,
    declared,
    root,
    files,
    problems,
  });
  if (declared.services.size === 0 && !problems.hasErrors) {
    const isOff = declared.disabledServices.size > 0;
    const message = isOff ? 'no service is active: every one has profiles' : 'the stack has no services';
    problems.add({ code: isOff ? 'spec.profile-off' : 'spec.missing-key', message, at: document });
  }
  checkStack(stack, root);
  return stack;
}

function warnOfVersion(root: Field<StackAsWritten>): void {
  const version = root.get('version');
  version?.warn('spec.deprecated', '`version` has no meaning any more', {
    atKey: true,
    hint: 'remove the line',
  });
}

function directoryOfProject(paths: readonly string[], options: LoadStackOptions): string {
  if (options.projectDirectory !== undefined)
    return resolve(options.workingDirectory, options.projectDirectory);
  const [first] = paths;
  return first === undefined || first === '-' ? options.workingDirectory : dirname(first);
}
