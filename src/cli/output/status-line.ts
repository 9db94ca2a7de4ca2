/** One line on the terminal that is written over and over; nothing at all where stderr is no terminal. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (!this.#stream.isTTY) return;
    const width = this.#stream.columns || 80;
    this.#stream.write(`\r\x1b[K${text.slice(0, width - 1)}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
