export type ShellWords =
  | {
      readonly words: readonly string[];
      /** The first character, outside of quotes, that would be an operator for a shell: `&&`, `|`, `;`, `>`. */
      readonly operator?: string;
    }
  | { readonly problem: string };

/**
 * Splits a command line into words, with quotes and backslashes, and does nothing else of a shell: no comments, no
 * variables, no globs, no operators (Compose specification, `command`). As in Compose, a backslash between double quotes
 * takes itself away, whatever follows; a shell would keep it before most letters.
 */
export function splitShellWords(line: string): ShellWords {
  const splitter = new Splitter();
  for (const character of line) splitter.read(character);
  return splitter.finish();
}

class Splitter {
  private readonly words: string[] = [];
  private word: string | undefined;
  private quote: '"' | "'" | undefined;
  private isEscaped = false;
  private operator: string | undefined;

  read(character: string): void {
    if (this.isEscaped) this.readEscaped(character);
    else if (character === '\\' && this.quote !== "'") this.isEscaped = true;
    else if (this.quote !== undefined) this.readQuoted(character);
    else if (character === '"' || character === "'") this.open(character);
    else if (/[ \t\r\n]/.test(character)) this.endWord();
    else {
      if (/[;&|<>]/.test(character)) this.operator ??= character;
      this.append(character);
    }
  }

  finish(): ShellWords {
    if (this.quote !== undefined) return { problem: `the quote ${this.quote} is not closed` };
    if (this.isEscaped) return { problem: 'it ends in a backslash' };
    this.endWord();
    return { words: this.words, ...(this.operator === undefined ? {} : { operator: this.operator }) };
  }

  /** A backslash at the end of a line joins it with the next. */
  private readEscaped(character: string): void {
    this.isEscaped = false;
    if (character !== '\n') this.append(character);
  }

  private readQuoted(character: string): void {
    if (character === this.quote) this.quote = undefined;
    else this.append(character);
  }

  private open(quote: '"' | "'"): void {
    this.quote = quote;
    this.append('');
  }

  private append(text: string): void {
    this.word = (this.word ?? '') + text;
  }

  private endWord(): void {
    if (this.word !== undefined) this.words.push(this.word);
    this.word = undefined;
  }
}
