import type { MappingEntry, SourceNode } from './source-node.ts';

/**
 * Adds what `<<: value` stands for: keys written out in the mapping win, of several merged mappings the first (YAML
 * merge key type, yaml.org/type/merge.html).
 *
 * @returns the node that cannot be merged, if there is one
 */
export function mergeEntries(entries: Map<string, MappingEntry>, value: SourceNode): SourceNode | undefined {
  if (value.kind === 'scalar') return value;
  const sources = value.kind === 'sequence' ? value.items : [value];
  for (const source of sources) {
    if (source.kind !== 'mapping') return source;
    for (const [key, entry] of source.entries) {
      if (!entries.has(key)) entries.set(key, entry);
    }
  }
  return undefined;
}
