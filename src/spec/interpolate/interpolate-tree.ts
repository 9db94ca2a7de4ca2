import type { MappingEntry, ScalarNode, SourceNode } from '../../lib/document/source-node.ts';
import { partOf } from '../../lib/document/source-node.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { ProblemCollector } from '../problem-collector.ts';
import { expandTemplate, type TemplateProblem } from './expand-template.ts';

export interface InterpolateOptions {
  readonly lookup: (name: string) => string | undefined;
  readonly problems: ProblemCollector;
}

const codes: Readonly<Record<TemplateProblem['kind'], ErrorCode>> = {
  invalid: 'spec.bad-template',
  required: 'spec.variable-required',
  unset: 'spec.unset-variable',
};

/** Puts variables into every text value of a document; keys stay as they are. Values are replaced, nothing is changed. */
export function interpolateTree(root: SourceNode, options: InterpolateOptions): SourceNode {
  return new TreeInterpolation(options).visit(root);
}

class TreeInterpolation {
  private readonly options: InterpolateOptions;
  /** What is shared by aliases is done once and stays shared. */
  private readonly done = new Map<SourceNode, SourceNode>();
  private readonly unset = new Set<string>();

  constructor(options: InterpolateOptions) {
    this.options = options;
  }

  visit(node: SourceNode): SourceNode {
    if (node.kind === 'scalar') {
      return typeof node.value === 'string' && node.value.includes('$')
        ? this.expand(node, node.value)
        : node;
    }
    const known = this.done.get(node);
    if (known !== undefined) return known;
    const visited = node.kind === 'sequence' ? this.visitItems(node) : this.visitEntries(node);
    this.done.set(node, visited);
    return visited;
  }

  private visitItems(node: SourceNode & { kind: 'sequence' }): SourceNode {
    const items = node.items.map((item) => this.visit(item));
    return items.some((item, index) => item !== node.items[index]) ? { ...node, items } : node;
  }

  private visitEntries(node: SourceNode & { kind: 'mapping' }): SourceNode {
    let isChanged = false;
    const entries = new Map<string, MappingEntry>();
    for (const [key, entry] of node.entries) {
      const value = this.visit(entry.value);
      isChanged ||= value !== entry.value;
      entries.set(key, value === entry.value ? entry : { key: entry.key, value });
    }
    return isChanged ? { ...node, entries } : node;
  }

  private expand(node: ScalarNode, text: string): ScalarNode {
    const value = expandTemplate(text, {
      lookup: this.options.lookup,
      onProblem: (problem) => this.report(node, problem),
    });
    return value === undefined ? { ...node, value: null, isBroken: true } : { ...node, value };
  }

  private report(node: ScalarNode, { kind, message, offset, length, variable }: TemplateProblem): void {
    if (kind === 'unset' && variable !== undefined) {
      if (this.unset.has(variable)) return;
      this.unset.add(variable);
    }
    this.options.problems.add({
      code: codes[kind],
      severity: kind === 'unset' ? 'warning' : 'error',
      message,
      at: partOf(node, offset, length),
    });
  }
}
