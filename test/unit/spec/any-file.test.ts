import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatProblem } from '../../../src/spec/format-problem.ts';
import { type KeyTree, stackKeys } from '../../../src/spec/generated/validate-stack.ts';
import { load } from './load-text.ts';

const word = fc.constantFrom(
  'web',
  'db',
  'CMD',
  'NONE',
  '8080:80',
  './a:/b',
  'data:/d',
  'A=1',
  '10s',
  '64m',
  'true',
  '$X',
  '$$',
  '/x',
  'host',
  '',
);
const scalar = fc.oneof(
  word,
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);

/** Any value that a key may hold, right or wrong: mostly of the shape that the schema asks for. */
function valueFor(tree: KeyTree): fc.Arbitrary<unknown> {
  const { '*': any, '[]': item, ...known } = tree;
  const forms: fc.Arbitrary<unknown>[] = [scalar];
  if (Object.keys(known).length > 0) {
    const members = Object.entries(known).map(([key, below]) =>
      fc.tuple(fc.constant(key), fc.constant(below)),
    );
    const member = fc.oneof(...members).chain(([key, below]) => fc.tuple(fc.constant(key), valueFor(below)));
    forms.push(fc.array(member, { maxLength: 6 }).map((entries) => Object.fromEntries(entries)));
  }
  if (any !== undefined)
    forms.push(
      fc.dictionary(
        word,
        fc.constant(null).chain(() => valueFor(any)),
        { maxKeys: 3 },
      ),
    );
  if (item !== undefined)
    forms.push(
      fc.array(
        fc.constant(null).chain(() => valueFor(item)),
        { maxLength: 3 },
      ),
    );
  return forms.length === 1
    ? scalar
    : fc.oneof(scalar, ...forms.slice(1).map((arbitrary) => ({ arbitrary, weight: 8 })));
}

it('a file of any content gives a stack or errors, and never throws', () => {
  fc.assert(
    fc.property(valueFor(stackKeys), (document) => {
      const { stack, problems } = load(JSON.stringify(document));
      const hasErrors = problems.some(({ severity }) => severity === 'error');
      expect(stack === undefined).toBe(hasErrors);
      expect(problems.map(formatProblem).every((text) => text.length > 0)).toBe(true);
    }),
    { numRuns: 300 },
  );
}, 30_000);

it('the same file gives the same stack', () => {
  fc.assert(
    fc.property(valueFor(stackKeys), (document) => {
      const text = JSON.stringify(document);
      expect(JSON.stringify(load(text))).toBe(JSON.stringify(load(text)));
    }),
    { numRuns: 50 },
  );
});
