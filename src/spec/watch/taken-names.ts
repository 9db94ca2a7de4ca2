import type { Problem } from '../../model/problem.ts';
import { ProblemCollector, wholeFile } from '../problem-collector.ts';
import type { LoadedSource } from './source-reader.ts';

/** Sources that make a stack of the same name: all of them are refused, for nobody can say which is meant. */
export function takenNames(sources: readonly LoadedSource[]): ReadonlyMap<string, readonly Problem[]> {
  const holders = new Map<string, string[]>();
  for (const { source, stack } of sources) {
    if (stack !== undefined) holders.set(stack.name, [...(holders.get(stack.name) ?? []), source.path]);
  }
  const problems = new Map<string, readonly Problem[]>();
  for (const [name, paths] of holders) {
    if (paths.length < 2) continue;
    for (const path of paths) {
      const others = paths.filter((other) => other !== path).join(', ');
      const collector = new ProblemCollector();
      const message = `the stack "${name}" is also in ${others}`;
      collector.add({ code: 'spec.name-taken', message, at: wholeFile(path) });
      problems.set(path, collector.sorted());
    }
  }
  return problems;
}
