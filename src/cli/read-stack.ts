import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TsorchError } from '../lib/errors.ts';
import type { Stack } from '../model/stack.ts';
import { formatProblem } from '../spec/format-problem.ts';
import { loadStack } from '../spec/load-stack.ts';
import { type CommandInput, listFlag, stringFlag } from './command.ts';
import type { CommandContext } from './context.ts';
import { say } from './output/console.ts';

const defaultFiles = [
  'stack.yaml',
  'stack.yml',
  'compose.yaml',
  'compose.yml',
  'docker-compose.yaml',
  'docker-compose.yml',
];

export interface ReadStack {
  readonly stack: Stack;
  /** For the history. */
  readonly source: string;
}

/**
 * Loads the stack that the flags name, or the usual file of this directory. Warnings are printed.
 *
 * @throws TsorchError `spec.invalid` after all problems were printed, each with its place
 */
export async function readStack(context: CommandContext, input: CommandInput): Promise<ReadStack> {
  const files = stackFiles(input);
  const projectName = stringFlag(input, 'stackName');
  const { stack, problems } = await loadStack({
    files,
    workingDirectory: process.cwd(),
    environment: context.environment,
    ...(projectName === undefined ? {} : { projectName }),
  });
  for (const problem of problems) say(formatProblem(problem));
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (stack === undefined || errors > 0)
    throw new TsorchError(
      'spec.invalid',
      `${files.join(', ')}: ${errors} problem${errors === 1 ? '' : 's'}; nothing was changed`,
      {
        hint: 'correct what is shown above',
      },
    );
  return { stack, source: files.map((file) => resolve(file)).join(', ') };
}

function stackFiles(input: CommandInput): readonly string[] {
  const named = listFlag(input, 'file');
  if (named.length > 0) return named;
  const found = defaultFiles.find((file) => existsSync(file));
  if (found !== undefined) return [found];
  throw new TsorchError('spec.unreadable', 'there is no stack file in this directory', {
    hint: 'name one with -f stack.yaml',
  });
}
