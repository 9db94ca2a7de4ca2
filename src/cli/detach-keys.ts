import { TsorchError } from '../lib/errors.ts';

export const defaultDetachKeys = 'ctrl-p,ctrl-q';

/** Codes of Ctrl with one of these keys begin at 0. */
const controlKeys = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** Keys as Docker writes them: single characters and `ctrl-` with `a`-`z` or one of `@[\]^_`, separated by commas. */
export function parseDetachKeys(text: string): readonly number[] {
  return text === '' ? [] : text.split(',').map((key) => keyCode(key, text));
}

function keyCode(key: string, text: string): number {
  const controlKey = /^ctrl-(.)$/.exec(key)?.[1];
  const plain = key.length === 1 ? key.charCodeAt(0) : -1;
  const code = controlKey === undefined ? plain : controlKeys.indexOf(controlKey);
  if (code >= 0 && code < 0x80) return code;
  throw new TsorchError('usage.bad-argument', `--detach-keys "${text}" is not a sequence of keys`, {
    hint: 'write keys such as `a` or `ctrl-p`, separated by commas',
  });
}

/** Looks for a sequence of keys in what is typed; holds back what may be its beginning. */
export class DetachKeys {
  readonly #keys: readonly number[];
  readonly #held: number[] = [];

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** What of `data` and of earlier bytes is input; undefined when the sequence is complete. */
  pass(data: Buffer): Buffer | undefined {
    if (this.#keys.length === 0) return data;
    const passed: number[] = [];
    for (const byte of data) {
      this.#held.push(byte);
      while (!this.#held.every((held, index) => held === this.#keys[index])) {
        passed.push(...this.#held.splice(0, 1));
      }
      if (this.#held.length === this.#keys.length) return undefined;
    }
    return Buffer.from(passed);
  }
}
