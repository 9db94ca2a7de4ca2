import type { Service, Stack } from '../../../src/model/stack.ts';
import { formatProblem } from '../../../src/spec/format-problem.ts';
import type { FileContent } from '../../../src/spec/input-files.ts';
import { type LoadResult, type LoadStackOptions, loadStack } from '../../../src/spec/load-stack.ts';

export const projectDirectory = '/srv/shop';

/** Loads files that exist only here; a single text is `stack.yaml`. Paths are relative to `/srv/shop`. */
export function load(
  files: string | Readonly<Record<string, string>>,
  options: Partial<LoadStackOptions> = {},
): LoadResult {
  const contents = typeof files === 'string' ? { 'stack.yaml': files } : files;
  const readFile = (path: string): FileContent => {
    const name = path.replace(`${projectDirectory}/`, '');
    const text = Object.hasOwn(contents, name) ? contents[name] : undefined;
    return text === undefined ? { kind: 'absent' } : { kind: 'text', text };
  };
  return loadStack({
    files: ['stack.yaml'],
    workingDirectory: projectDirectory,
    environment: { HOME: '/home/ada' },
    architecture: 'amd64',
    readFile,
    ...options,
  });
}

/** The stack of files that have no errors. */
export function loadGood(
  files: string | Readonly<Record<string, string>>,
  options: Partial<LoadStackOptions> = {},
): Stack {
  const { stack, problems } = load(files, options);
  if (stack === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return stack;
}

/** A stack of one service `web`; `yaml` holds its keys but `image`. */
export function oneService(yaml: string): string {
  const keys = yaml.split('\n').map((line) => `    ${line}`);
  return ['services:', '  web:', '    image: nginx:1.29', ...keys].join('\n');
}

export function loadService(yaml: string, options: Partial<LoadStackOptions> = {}): Service {
  const service = loadGood(oneService(yaml), options).services['web'];
  if (service === undefined) throw new Error('the service is gone');
  return service;
}

/** Errors and warnings as people read them. */
export function problemsOf(
  files: string | Readonly<Record<string, string>>,
  options: Partial<LoadStackOptions> = {},
): string {
  return load(files, options).problems.map(formatProblem).join('\n');
}

/** `code: message` of each problem of a service with these keys. */
export function complaints(yaml: string, options: Partial<LoadStackOptions> = {}): string[] {
  return load(oneService(yaml), options).problems.map(({ code, message }) => `${code}: ${message}`);
}
