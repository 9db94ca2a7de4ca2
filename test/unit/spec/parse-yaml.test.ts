import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/lib/document/parse-yaml.ts';
import { printScalar } from '../../../src/lib/document/resolve-scalar.ts';
import { SourceFile } from '../../../src/lib/document/source-file.ts';
import { deepestAt } from '../../../src/lib/document/source-node.ts';
import { toPlainTree } from '../../../src/spec/plain-tree.ts';

function read(text: string): unknown {
  const { documents, problems } = parseYaml(new SourceFile('a.yaml', text));
  expect(problems).toEqual([]);
  const values = documents.map((document) => toPlainTree(document).value);
  return values.length === 1 ? values[0] : values;
}

function complain(text: string): string[] {
  const file = new SourceFile('a.yaml', text);
  return parseYaml(file).problems.map(({ kind, message, at }) => {
    const { line, column } = file.positionAt(at.start);
    return `${line}:${column} ${kind}: ${message}`;
  });
}

describe('a plain scalar', () => {
  it.each([
    ['0440', 288],
    ['0o440', 288],
    ['0x1F', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['08', 8],
    ['-7', -7],
    ['22:22', '22:22'],
    ['12:30:45', '12:30:45'],
    ['no', 'no'],
    ['on', 'on'],
    ['True', true],
    ['~', null],
    ['', null],
    ['2020-01-01', '2020-01-01'],
    ['1.10', 1.1],
    ['1e3', 1000],
    ['1.2.3', '1.2.3'],
    ['12345678901234567890', '12345678901234567890'],
    ['!!str 12', '12'],
    ['"12"', '12'],
    ["'no'", 'no'],
  ])('%s is %j', (text, value) => {
    expect(read(`a: ${text}`)).toEqual({ a: value });
  });

  it.each([
    [0.00001, '1e-05'],
    [1.5e-10, '1.5e-10'],
    [0.0001, '0.0001'],
    [1e21, '1e+21'],
    [true, 'true'],
    [-0.5, '-0.5'],
  ])('%s is printed as Go does: %s', (value, text) => {
    expect(printScalar(value)).toBe(text);
  });
});

describe('a document', () => {
  it('merges what `<<` names, explicit keys and earlier sources first', () => {
    const text = 'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {<<: *b}';
    expect(read(text)).toMatchObject({ c: { x: 3, y: 1, z: 2 }, d: { y: 2, z: 2 } });
  });

  it('makes text of keys', () => {
    expect(read('true: 1\n5432: 2\n? x\n')).toEqual({ true: 1, '5432': 2, x: null });
  });

  it('takes a byte order mark, CRLF and a lone `---`', () => {
    expect(read('\ufeff---\r\na: 1\r\nb: x\r\n')).toEqual({ a: 1, b: 'x' });
  });

  it('keeps the core schema whatever %YAML says', () => {
    expect(read('%YAML 1.1\n---\na: yes\n')).toEqual({ a: 'yes' });
  });

  it('may be one of several', () => {
    expect(read('a: 1\n---\n---\nb: 2\n')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('knows the place of each value, through an alias that of its use', () => {
    const file = new SourceFile('a.yaml', 'a: &x\n  b: 1\nc: *x\n');
    const [document] = parseYaml(file).documents;
    if (document === undefined) throw new Error('no document');
    expect(file.positionAt(deepestAt(document, ['a', 'b']).start)).toEqual({ line: 2, column: 6 });
    expect(file.positionAt(deepestAt(document, ['c']).start)).toEqual({ line: 3, column: 4 });
  });
});

describe('a broken document', () => {
  it.each([
    ['a: 1\na: 2', ['2:1 duplicate-key: key "a" is given twice, first in line 1']],
    ['a: {b: 1, b: 2}', ['1:11 duplicate-key: key "b" is given twice, first in line 1']],
    ['__proto__: {x: 1}', ['1:1 syntax: the key "__proto__" is not allowed']],
    ['{[a]: 1}', ['1:2 syntax: a key must be text, not a mapping or a list']],
    ['a: &a [*a]', ['1:8 syntax: the alias *a stands for something that contains it']],
    ['a:\n  <<: 5', ['2:7 syntax: the value of `<<` must be a mapping or a list of mappings']],
  ])('%j is told with its place', (text, problems) => {
    expect(complain(text)).toEqual(problems);
  });

  it('tells a mistake in the syntax once for a line', () => {
    expect(complain('a: [1\nb: 2\n').length).toBeLessThanOrEqual(2);
    expect(complain('a:\n\t- x\n')[0]).toMatch(/^2:1 syntax: /);
  });

  it('is refused when a few lines stand for gigabytes', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`);
    expect(complain(['a0: &a0 [x, x, x]', ...lines].join('\n'))).toEqual([
      expect.stringContaining('too-large: more than 100000 values after aliases are put in'),
    ]);
  });

  it('is refused when it is nested without end', () => {
    expect(complain(`a: ${'['.repeat(500)}${']'.repeat(500)}`)[0]).toContain(
      'nested more than 200 levels deep',
    );
    expect(complain('['.repeat(200_000))).not.toEqual([]);
  });

  it('never throws, whatever the text', () => {
    const part = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&x ',
      '*x',
      '<<: ',
      '!t ',
      '"',
      "'",
      '|',
      '#',
      '? ',
      ',',
      '%YAML',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(part).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          expect(parseYaml(new SourceFile('a.yaml', text))).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
