export type ShellWords = { readonly words: readonly string[] } | { readonly problem: string };

/**
 * Splits a command line into words as a POSIX shell does, and does nothing else of a shell: single and double quotes,
 * backslash, comments no, variables no, globs no (Compose specification, `command`).
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

  read(character: string): void {
    if (this.isEscaped) this.readEscaped(character);
    else if (character === '\\' && this.quote !== "'") this.isEscaped = true;
    else if (this.quote !== undefined) this.readQuoted(character);
    else if (character === '"' || character === "'") this.open(character);
    else if (/[ \t\r\n]/.test(character)) this.endWord();
    else this.append(character);
  }

  finish(): ShellWords {
    if (this.quote !== undefined) return { problem: `the quote ${this.quote} is not closed` };
    if (this.isEscaped) return { problem: 'it ends in a backslash' };
    this.endWord();
    return { words: this.words };
  }

  /** Inside double quotes a backslash only takes away the meaning of `$`, `` ` ``, `"`, `\` and a line break. */
  private readEscaped(character: string): void {
    this.isEscaped = false;
    if (character === '\n') return;
    const isKept = this.quote === '"' && !'$`"\\'.includes(character);
    this.append(isKept ? `\\${character}` : character);
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
