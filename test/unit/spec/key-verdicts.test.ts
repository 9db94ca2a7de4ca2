import { describe, expect, it } from 'vitest';
import { type KeyTree, stackKeys } from '../../../src/spec/generated/validate-stack.ts';
import { keyVerdicts } from '../../../src/spec/key-verdicts.ts';

function patternsOf(tree: KeyTree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, below]) => {
    const pattern = prefix === '' ? key : `${prefix}.${key}`;
    return [pattern, ...patternsOf(below, pattern)];
  });
}

describe('the table of verdicts', () => {
  const patterns = new Set(patternsOf(stackKeys));

  it('names only keys of the schema', () => {
    const unknown = Object.keys(keyVerdicts).filter(
      (pattern) => !patterns.has(pattern) && !pattern.includes('x-tsorch'),
    );
    expect(unknown).toEqual([]);
  });

  it('covers every key of the schema, by itself or by what it stands in', () => {
    const isCovered = (pattern: string): boolean =>
      Object.hasOwn(keyVerdicts, pattern) ||
      (pattern.includes('.') && isCovered(pattern.replace(/\.[^.]+$/, '')));
    expect([...patterns].filter((pattern) => !isCovered(pattern))).toEqual([]);
  });

  it('knows all 93 keys of a service, and our own', () => {
    expect(Object.keys(stackKeys['services']?.['*'] ?? {})).toHaveLength(94);
  });
});
