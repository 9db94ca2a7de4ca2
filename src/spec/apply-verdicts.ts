import { formatPath } from '../lib/document/source-node.ts';
import type { ErrorCode } from '../model/error-code.ts';
import type { Problem } from '../model/problem.ts';
import type { Field } from './field.ts';
import { keyVerdicts, type Verdict } from './key-verdicts.ts';
import { isPlainMapping, type PlainValue } from './plain-tree.ts';

interface VerdictTree {
  verdict?: Verdict;
  readonly below: Map<string, VerdictTree>;
}

/** Reports every key of the document that is not carried out as the specification says. */
export function applyVerdicts(root: Field<PlainValue>): void {
  visit(root, verdictTree());
}

const reports: Readonly<
  Record<
    Exclude<Verdict['kind'], 'supported'>,
    { code: ErrorCode; severity: Problem['severity']; says: string }
  >
> = {
  approximated: { code: 'spec.approximated', severity: 'warning', says: 'is approximated' },
  ignored: { code: 'spec.ignored', severity: 'warning', says: 'is ignored' },
  refused: { code: 'spec.unsupported', severity: 'error', says: 'is not supported' },
};

function visit(field: Field<PlainValue>, tree: VerdictTree): void {
  const { value } = field;
  if (value === null || value === undefined) return;
  const { verdict } = tree;
  if (verdict !== undefined && verdict.kind !== 'supported') {
    if (verdict.isHarmless?.(value) === true) return;
    // What is said of a mapping as a whole holds for the members that nothing else is said of.
    if (tree.below.size === 0) {
      report(field, verdict);
      return;
    }
  }
  for (const child of children(field)) {
    const next =
      tree.below.get(child.key) ?? tree.below.get(typeof child.path.at(-1) === 'number' ? '[]' : '*');
    if (next !== undefined) visit(child, next);
    else if (verdict !== undefined && tree.below.size > 0) report(child, verdict);
  }
}

function children(field: Field<PlainValue>): Field<PlainValue>[] {
  const { value } = field;
  if (Array.isArray(value)) return field.as(value).items();
  if (!isPlainMapping(value)) return [];
  const entries = field.as(value).entries();
  return entries.filter(([key]) => !key.startsWith('x-') || key === 'x-tsorch').map(([, child]) => child);
}

function report(field: Field<PlainValue>, { kind, note }: Verdict): void {
  if (kind === 'supported') return;
  const { code, severity, says } = reports[kind];
  const message = `\`${formatPath(field.path)}\` ${says}: ${note}`;
  if (severity === 'error') field.error(code, message, { atKey: true });
  else field.warn(code, message, { atKey: true });
}

function verdictTree(): VerdictTree {
  const root: VerdictTree = { below: new Map() };
  for (const [pattern, verdict] of Object.entries(keyVerdicts)) {
    let at = root;
    for (const key of pattern.split('.')) {
      const next = at.below.get(key) ?? { below: new Map() };
      at.below.set(key, next);
      at = next;
    }
    at.verdict = verdict;
  }
  return root;
}
