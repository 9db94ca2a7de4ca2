// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of stack files, not of JavaScript
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../../src/lib/document/source-file.ts';
import { parseDotenv, parseRawEnv } from '../../../src/spec/interpolate/dotenv.ts';
import { expandTemplate, type TemplateProblem } from '../../../src/spec/interpolate/expand-template.ts';

const variables: Readonly<Record<string, string>> = { SET: 'value', EMPTY: '', N: 'SET' };

function expand(text: string): { readonly value: string | undefined; readonly problems: TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const value = expandTemplate(text, {
    lookup: (name) => variables[name],
    onProblem: (problem) => problems.push(problem),
  });
  return { value, problems };
}

describe('a template', () => {
  it.each([
    ['plain', 'plain'],
    ['$SET', 'value'],
    ['${SET}', 'value'],
    ['a$SET-b${SET}c', 'avalue-bvaluec'],
    ['$$SET', '$SET'],
    ['$$$SET', '$value'],
    ['5$', '5$'],
    ['$5 $-', '$5 $-'],
    ['${SET:-d}', 'value'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${UNSET-d}', 'd'],
    ['${UNSET:-${EMPTY:-deep}}', 'deep'],
    ['${UNSET:-{"a": {}}}', '{"a": {}}'],
    ['${UNSET:-a?b}', 'a?b'],
    ['${UNSET:-}', ''],
    ['${SET:+a}', 'a'],
    ['${EMPTY:+a}', ''],
    ['${EMPTY+a}', 'a'],
    ['${UNSET+a}', ''],
    ['${SET:?must}', 'value'],
    ['${EMPTY?must}', ''],
    ['${SET:-${MISSING:?never asked}}', 'value'],
    ['${UNSET:-$$x}', '$x'],
  ])('%s becomes %j', (text, value) => {
    expect(expand(text)).toEqual({ value, problems: [] });
  });

  it('counts a variable that is not set as empty, and says so', () => {
    const { value, problems } = expand('a${UNSET}b');
    expect(value).toBe('ab');
    expect(problems).toMatchObject([{ kind: 'unset', variable: 'UNSET', offset: 1, length: 8 }]);
  });

  it.each([
    ['${UNSET:?set it}', 'the required variable UNSET is not set: set it', 0],
    ['ab${EMPTY:?}', 'the required variable EMPTY is not set', 2],
    ['${UNSET:-${OTHER?in $SET}}', 'the required variable OTHER is not set: in value', 9],
  ])('%s fails with its own message', (text, message, offset) => {
    const { value, problems } = expand(text);
    expect(value).toBeUndefined();
    expect(problems).toMatchObject([{ kind: 'required', message, offset }]);
  });

  it.each(['${', '${}', '${SET', '${1}', '${a b}', '${SET/x/y}', '${SET:x}', 'x${ SET}'])(
    '%s is invalid',
    (text) => {
      const { value, problems } = expand(text);
      expect(value).toBeUndefined();
      expect(problems).toMatchObject([{ kind: 'invalid', offset: text.indexOf('$') }]);
    },
  );

  it('is refused when defaults are nested without end', () => {
    expect(expand(`${'${A:-'.repeat(100)}${'}'.repeat(100)}`).problems).toMatchObject([{ kind: 'invalid' }]);
  });

  it('is expanded or refused, whatever the text', () => {
    const part = fc.constantFrom('$', '{', '}', ':', '-', '?', '+', 'SET', 'UNSET', 'x', ' ');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(part).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          const { value, problems } = expand(text);
          const isRefused = problems.some(({ kind }) => kind !== 'unset');
          expect(value === undefined).toBe(isRefused);
        },
      ),
    );
  });

  it('leaves a text alone whose dollar signs are doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(expand(text.replaceAll('$', '$$$$')).value).toBe(text);
      }),
    );
  });
});

function dotenv(text: string): {
  readonly values: Record<string, string | undefined>;
  readonly problems: string[];
} {
  const problems: string[] = [];
  const file = new SourceFile('.env', text);
  const values = parseDotenv(file, {
    lookup: (name) => variables[name],
    onProblem: ({ message, at }) => problems.push(`${file.positionAt(at.start).line}: ${message}`),
  });
  return { values: Object.fromEntries(values), problems };
}

describe('an env file', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['A: 1', { A: '1' }],
    ['export A=1', { A: '1' }],
    ['A = 1 ', { A: '1' }],
    ['A=', { A: '' }],
    ['SET', { SET: 'value' }],
    ['UNSET', { UNSET: undefined }],
    ['A=x#y', { A: 'x#y' }],
    ['A=x # y', { A: 'x' }],
    ['A=#y', { A: '' }],
    ['# c\n\nA=1\n  # d\nB=2', { A: '1', B: '2' }],
    ['A=$SET', { A: 'value' }],
    ['A=1\nB=${A}2', { A: '1', B: '12' }],
    ['SET=own\nB=$SET', { SET: 'own', B: 'value' }],
    ["A='$SET'", { A: '$SET' }],
    ["A='it\\'s'", { A: "it's" }],
    ['A="a\\nb"', { A: 'a\nb' }],
    ['A="$SET \\$SET"', { A: 'value $SET' }],
    ['A="a\nb" # c\nB=1', { A: 'a\nb', B: '1' }],
    ['A="say \\"hi\\""', { A: 'say "hi"' }],
    ['\ufeffA=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A=a\\nb', { A: 'a\\nb' }],
    ['A.B-C[0]=1', { 'A.B-C[0]': '1' }],
    ['A=a=b', { A: 'a=b' }],
    ['A=1\nA=2', { A: '2' }],
  ])('%j is read', (text, values) => {
    expect(dotenv(text)).toEqual({ values, problems: [] });
  });

  it('tells each bad line and reads the others', () => {
    expect(dotenv('A=1\nB C=2\n=3\nD="x\nE=5')).toEqual({
      values: { A: '1', E: '5' },
      problems: [
        '2: expected NAME=value',
        '3: expected NAME=value',
        '4: the quote that opens the value of D is not closed',
      ],
    });
  });

  it('is read to its end, whatever the text', () => {
    const part = fc.constantFrom(
      'A',
      '=',
      '"',
      "'",
      '\\',
      '\n',
      '\r\n',
      '#',
      ' ',
      '$',
      '{',
      '}',
      'export ',
      ':',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(part).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          expect(dotenv(text)).toBeDefined();
        },
      ),
    );
  });

  it('takes lines as they are in the raw format', () => {
    const file = new SourceFile('.env', 'A="$SET" # x\r\n# c\nB=\nC\n');
    const options = { lookup: () => 'given', onProblem: () => undefined };
    expect(Object.fromEntries(parseRawEnv(file, options))).toEqual({ A: '"$SET" # x', B: '', C: 'given' });
  });
});
