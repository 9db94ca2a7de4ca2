import type { SourceNode } from '../../lib/document/source-node.ts';
import { quote } from '../field.ts';
import type { ProblemCollector } from '../problem-collector.ts';

/** Tags that no rule of merging would ever look at: an unknown one, or `!reset` on one item of a list. */
export function checkTags(root: SourceNode, problems: ProblemCollector): void {
  const visit = (node: SourceNode, isItem: boolean): void => {
    const { tag } = node;
    if (tag !== undefined && tag !== '!reset' && tag !== '!override') {
      problems.add({
        code: 'spec.ignored',
        severity: 'warning',
        message: `the tag ${quote(tag)} is ignored`,
        at: node,
      });
    } else if (tag !== undefined && isItem) {
      const hint = 'write `!override` before the whole list';
      problems.add({
        code: 'spec.bad-value',
        message: `one item of a list cannot have ${tag}`,
        at: node,
        hint,
      });
    }
    if (node.kind === 'sequence') for (const item of node.items) visit(item, true);
    if (node.kind === 'mapping') for (const { value } of node.entries.values()) visit(value, false);
  };
  visit(root, false);
}
