import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatProblem } from '../../../src/spec/format-problem.ts';
import { loadStack } from '../../../src/spec/load-stack.ts';

const examples = readdirSync('examples');

it.each(examples)('the example %s is a good stack named after its folder', (name) => {
  const { stack, problems } = loadStack({
    files: [`examples/${name}/stack.yaml`],
    workingDirectory: process.cwd(),
    environment: {},
  });
  expect(problems.map(formatProblem)).toEqual([]);
  expect(stack?.name).toBe(name);
});
