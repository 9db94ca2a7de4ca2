import type { SourceFile, SourceRange } from '../../lib/document/source-file.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { expandTemplate } from './expand-template.ts';

export interface DotenvOptions {
  /** Values that the file's own templates see first; keys without `=` take theirs from here too. */
  readonly lookup: (name: string) => string | undefined;
  readonly onProblem: (problem: DotenvProblem) => void;
}

export interface DotenvProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: SourceRange;
}

const lineStart = /[ \t\r\n\ufeff]*/y;
const assignment = /(?:export[ \t]+)?([A-Za-z0-9_.[\]-]+)[ \t]*(?:([=:])[ \t]*|(?=[\r\n]|#|$))/y;
const singleQuoted = /'((?:[^'\\]|\\[\s\S])*)'/y;
const doubleQuoted = /"((?:[^"\\]|\\[\s\S])*)"/y;
const unquoted = /[^\r\n]*/y;
const restOfLine = /[ \t]*(?:#[^\r\n]*)?(?:\r?\n|$)/y;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  c: '',
  f: '\f',
  v: '\v',
};

/**
 * Reads a `.env` file or an `env_file`: `KEY=value` lines, comments, quotes over several lines, `export`, variables
 * (docs.docker.com/reference/compose-file, "Environment file syntax").
 *
 * @returns the variables in the order of the file; `undefined` = named without a value and not set anywhere
 */
export function parseDotenv(file: SourceFile, options: DotenvOptions): Map<string, string | undefined> {
  return new DotenvReader(file, options).read();
}

/** `env_file` with `format: raw`: `KEY=rest of the line`, nothing has a meaning. */
export function parseRawEnv(
  { text }: SourceFile,
  { lookup }: DotenvOptions,
): Map<string, string | undefined> {
  const variables = new Map<string, string | undefined>();
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const equals = line.indexOf('=');
    if (equals < 0) variables.set(line.trim(), lookup(line.trim()));
    else variables.set(line.slice(0, equals).trim(), line.slice(equals + 1));
  }
  return variables;
}

class DotenvReader {
  private readonly file: SourceFile;
  private readonly options: DotenvOptions;
  private readonly variables = new Map<string, string | undefined>();
  private at = 0;

  constructor(file: SourceFile, options: DotenvOptions) {
    this.file = file;
    this.options = options;
  }

  read(): Map<string, string | undefined> {
    for (;;) {
      this.match(lineStart);
      if (this.at >= this.file.text.length) return this.variables;
      if (this.file.text[this.at] === '#') this.match(unquoted);
      else this.readAssignment();
    }
  }

  private readAssignment(): void {
    const start = this.at;
    const match = this.match(assignment);
    if (match === undefined) {
      this.problem('spec.bad-env-file', 'expected NAME=value', start);
      this.match(unquoted);
      return;
    }
    const name = match[1] ?? '';
    const value = match[2] === undefined ? this.inherited(name) : this.readValue(name);
    if (value !== null) this.variables.set(name, value);
  }

  private inherited(name: string): string | undefined {
    this.match(restOfLine);
    return this.lookup(name);
  }

  /** @returns null after a problem */
  private readValue(name: string): string | null {
    const start = this.at;
    const quote = this.file.text[start];
    if (quote !== '"' && quote !== "'") {
      const text = (this.match(unquoted)?.[0] ?? '').replace(/(^|[ \t])#.*$/, '').trimEnd();
      return this.expand(text, start);
    }
    const quoted = this.match(quote === '"' ? doubleQuoted : singleQuoted);
    if (quoted === undefined) {
      this.problem('spec.bad-env-file', `the quote that opens the value of ${name} is not closed`, start);
      this.match(unquoted);
      return null;
    }
    if (this.match(restOfLine) === undefined) {
      this.problem('spec.bad-env-file', `text after the quoted value of ${name}`, this.at);
      this.match(unquoted);
    }
    const text = quoted[1] ?? '';
    return quote === "'" ? text.replaceAll("\\'", "'") : this.expand(resolveEscapes(text), start + 1);
  }

  private expand(text: string, start: number): string | null {
    const value = expandTemplate(text, {
      lookup: (name) => this.lookup(name),
      onProblem: ({ kind, message }) => {
        if (kind === 'unset') return;
        this.problem(kind === 'invalid' ? 'spec.bad-template' : 'spec.variable-required', message, start);
      },
    });
    return value ?? null;
  }

  private lookup(name: string): string | undefined {
    return this.options.lookup(name) ?? this.variables.get(name);
  }

  private problem(code: ErrorCode, message: string, start: number): void {
    const { file } = this;
    const lineEnd = file.text.indexOf('\n', start);
    const end = Math.max(start + 1, lineEnd < 0 ? file.text.length : lineEnd);
    this.options.onProblem({ code, message, at: { file, start, end } });
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.file.text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }
}

/** A dollar sign that is escaped must survive the expansion that follows: it becomes `$$`. */
function resolveEscapes(text: string): string {
  return text.replaceAll(/\\(0[0-7]{1,3}|[\s\S])/g, (whole, escaped: string) => {
    if (escaped === '$') return '$$';
    if (escaped.length > 1) return String.fromCodePoint(Number.parseInt(escaped, 8));
    if (escaped === '"' || escaped === '\\') return escaped;
    return escapes[escaped] ?? whole;
  });
}
