import type { MappingEntry, MappingNode, SourceNode } from '../../lib/document/source-node.ts';
import type { ProblemCollector } from '../problem-collector.ts';
import { mapEntries, mappingAt, scalarAt, sequenceAt, textOf } from './build-node.ts';
import type { MergeRules } from './merge-rules.ts';

/**
 * Joins a later document with an earlier one. `!reset` takes the node away, `!override` puts the later in place of
 * the earlier, null keeps the earlier. What is joined points to the file that set it last.
 */
export function mergeNodes(
  earlier: SourceNode,
  later: SourceNode,
  rules: MergeRules,
  problems: ProblemCollector,
): SourceNode {
  return new Merge(problems).join(earlier, later, rules);
}

class Merge {
  private readonly problems: ProblemCollector;

  constructor(problems: ProblemCollector) {
    this.problems = problems;
  }

  join(earlier: SourceNode, later: SourceNode, rules: MergeRules): SourceNode {
    if (later.tag === '!reset' || later.tag === '!override') return later;
    if (earlier.tag === '!reset') return later;
    if (rules.rule === 'replace') return isNull(later) ? earlier : later;
    if (rules.rule === 'logging' && !isSameDriver(earlier, later)) return later;
    const [first, second] = [lift(earlier, rules), lift(later, rules)];
    if (isNull(second)) return first;
    if (isNull(first)) return second;
    if (first.kind === 'mapping' && second.kind === 'mapping') return this.joinMappings(first, second, rules);
    if (first.kind === 'sequence' && second.kind === 'sequence') {
      const items = [...first.items, ...second.items];
      if (rules.rule === 'by-subnet') return sequenceAt(second, this.joinBySubnet(items));
      return sequenceAt(second, rules.rule === undefined ? items : withoutRepeats(items));
    }
    if (first.kind === 'scalar' && second.kind === 'scalar') return second;
    this.problems.add({
      code: 'spec.wrong-type',
      message: `a ${kindName(second)} cannot override a ${kindName(first)}`,
      hint: `line ${first.file.positionAt(first.start).line} of ${first.file.name} has the ${kindName(first)}`,
      at: second,
    });
    return first;
  }

  private joinMappings(first: MappingNode, second: MappingNode, rules: MergeRules): MappingNode {
    const entries = new Map<string, MappingEntry>(first.entries);
    for (const [key, entry] of second.entries) {
      const base = entries.get(key);
      const below = rules.below?.[key] ?? rules.below?.['*'] ?? {};
      // A bare `KEY` means "from the environment", so it is a value here.
      const isValue = base === undefined || rules.rule === 'pairs';
      entries.set(
        key,
        isValue ? entry : { key: entry.key, value: this.join(base.value, entry.value, below) },
      );
    }
    return mappingAt(second, entries);
  }

  private joinBySubnet(items: readonly SourceNode[]): SourceNode[] {
    const joined = new Map<string, SourceNode>();
    for (const [index, item] of items.entries()) {
      const subnet = item.kind === 'mapping' ? textOf(item.entries.get('subnet')?.value) : undefined;
      const key = subnet ?? `#${index}`;
      const base = joined.get(key);
      joined.set(key, base === undefined ? item : this.join(base, item, {}));
    }
    return [...joined.values()];
  }
}

/** Short forms become the long form that the rule joins. */
function lift(node: SourceNode, { rule }: MergeRules): SourceNode {
  switch (rule) {
    case 'pairs':
      return node.kind === 'sequence' ? liftPairs(node.items, node) : node;
    case 'list':
      return node.kind === 'scalar' && !isNull(node) ? sequenceAt(node, [node]) : node;
    case 'hosts':
      return node.kind === 'mapping' ? liftHosts(node) : node;
    case 'names':
      return node.kind === 'sequence' ? liftNames(node, (name) => scalarAt(name, null)) : node;
    case 'depends':
      return liftDependencies(node);
    case 'build':
      return textOf(node) === undefined
        ? node
        : mappingAt(node, new Map([['context', { key: node, value: node }]]));
    default:
      return node;
  }
}

function liftPairs(items: readonly SourceNode[], at: SourceNode): MappingNode {
  const entries = new Map<string, MappingEntry>();
  for (const item of items) {
    const text = item.kind === 'scalar' ? String(item.value ?? '') : '';
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    entries.set(key, { key: item, value: scalarAt(item, equals < 0 ? null : text.slice(equals + 1)) });
  }
  return mappingAt(at, entries);
}

function liftHosts(node: MappingNode): SourceNode {
  const items = [...node.entries].flatMap(([name, { value }]) => {
    const addresses = value.kind === 'sequence' ? value.items : [value];
    return addresses.map((address) => scalarAt(address, `${name}=${textOf(address) ?? ''}`));
  });
  return sequenceAt(node, items);
}

function liftNames(node: SourceNode, value: (name: SourceNode) => SourceNode): SourceNode {
  if (node.kind !== 'sequence') return node;
  const names = node.items.map((item) => [textOf(item) ?? '', { key: item, value: value(item) }] as const);
  return mappingAt(node, new Map(names));
}

function liftDependencies(node: SourceNode): SourceNode {
  if (node.kind === 'sequence') return liftNames(node, (name) => mappingAt(name, new Map()));
  if (node.kind === 'scalar') return node;
  return mapEntries(node, (value) => (isNull(value) ? mappingAt(value, new Map()) : value));
}

/** The later of equal values wins, in the place of the earlier. */
function withoutRepeats(items: readonly SourceNode[]): SourceNode[] {
  const unique = new Map<string, SourceNode>();
  for (const [index, item] of items.entries()) {
    unique.set(item.kind === 'scalar' ? `=${item.value}` : `#${index}`, item);
  }
  return [...unique.values()];
}

function isSameDriver(earlier: SourceNode, later: SourceNode): boolean {
  const [first, second] = [earlier, later].map((node) =>
    node.kind === 'mapping' ? textOf(node.entries.get('driver')?.value) : undefined,
  );
  return first === undefined || second === undefined || first === second;
}

function isNull(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null && node.isBroken !== true;
}

function kindName(node: SourceNode): string {
  return { scalar: 'single value', mapping: 'mapping', sequence: 'list' }[node.kind];
}
