export interface TemplateProblem {
  readonly kind: 'invalid' | 'required' | 'unset';
  readonly message: string;
  /** Place in the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  readonly variable?: string;
}

export interface TemplateOptions {
  readonly lookup: (name: string) => string | undefined;
  readonly onProblem: (problem: TemplateProblem) => void;
}

const bareName = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const operator = /:-|:\?|:\+|-|\?|\+/y;
/** Nobody nests defaults so deep; the expansion recurses. */
const maxDepth = 30;

/**
 * Puts variables into a text (Compose specification, "Interpolation"): `$V`, `${V}`, `${V:-default}`, `${V-default}`,
 * `${V:?message}`, `${V?message}`, `${V:+value}`, `${V+value}`; `$$` is a dollar sign, a dollar sign before anything
 * else stays. Operands are expanded in turn, and only when they are used. An unset variable is empty and a problem of
 * kind `unset`.
 *
 * @returns nothing when the template is invalid or a required variable is missing
 */
export function expandTemplate(text: string, options: TemplateOptions): string | undefined {
  return new Expansion(options).expand({ text, offset: 0 }, 0);
}

/** A part of the template, and where in it. */
interface Part {
  readonly text: string;
  readonly offset: number;
}

class Expansion {
  private readonly options: TemplateOptions;

  constructor(options: TemplateOptions) {
    this.options = options;
  }

  expand({ text, offset }: Part, depth: number): string | undefined {
    let result = '';
    let done = 0;
    for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', done)) {
      result += text.slice(done, at);
      const next = text[at + 1];
      if (next === '$') {
        result += '$';
        done = at + 2;
      } else if (next === '{') {
        const end = closingBrace(text, at + 1);
        const inner = { text: text.slice(at + 2, end), offset: offset + at + 2 };
        const value = end < 0 ? this.invalid(text.slice(at), offset + at) : this.braced(inner, depth);
        if (value === undefined) return undefined;
        result += value;
        done = end + 1;
      } else {
        const name = matchAt(bareName, text, at + 1);
        result += name === undefined ? '$' : this.plain(name, offset + at, name.length + 1);
        done = at + 1 + (name?.length ?? 0);
      }
    }
    return result + text.slice(done);
  }

  /** The inside of `${...}`. */
  private braced({ text, offset }: Part, depth: number): string | undefined {
    const name = matchAt(bareName, text, 0);
    const whole = { offset: offset - 2, text: `\${${text}}` };
    if (name === undefined || depth > maxDepth) return this.invalid(whole.text, whole.offset);
    if (name.length === text.length) return this.plain(name, whole.offset, whole.text.length);
    const sign = matchAt(operator, text, name.length);
    if (sign === undefined) return this.invalid(whole.text, whole.offset);
    const start = name.length + sign.length;
    const operand = { text: text.slice(start), offset: offset + start };
    const value = this.options.lookup(name);
    const isSet = value !== undefined && !(sign.startsWith(':') && value === '');
    if (sign.endsWith('+'))
      return isSet ? this.expand(operand, depth + 1) : sign === '+' ? '' : (value ?? '');
    if (isSet) return value;
    if (sign.endsWith('-')) return this.expand(operand, depth + 1);
    return this.required(name, operand, whole, depth);
  }

  private plain(name: string, offset: number, length: number): string {
    const value = this.options.lookup(name);
    if (value !== undefined) return value;
    const message = `the variable ${name} is not set; it counts as empty`;
    this.options.onProblem({ kind: 'unset', message, offset, length, variable: name });
    return '';
  }

  private required(name: string, operand: Part, whole: Part, depth: number): undefined {
    const text = this.expand(operand, depth + 1);
    if (text === undefined) return undefined;
    const message = `the required variable ${name} is not set${text === '' ? '' : `: ${text}`}`;
    this.options.onProblem({
      kind: 'required',
      message,
      offset: whole.offset,
      length: whole.text.length,
      variable: name,
    });
    return undefined;
  }

  private invalid(text: string, offset: number): undefined {
    const shown = text.length > 40 ? `${text.slice(0, 37)}...` : text;
    const message = `"${shown}" is not a variable; write \${NAME} or \${NAME:-default}, and $$ for a dollar sign`;
    this.options.onProblem({ kind: 'invalid', message, offset, length: Math.min(text.length, 40) });
  }
}

/** Index of the brace that closes the one at `open`; braces inside are counted. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}
