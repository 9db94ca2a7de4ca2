import { printScalar } from '../../lib/document/resolve-scalar.ts';
import type { CommandAsWritten, Text } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { splitShellWords } from '../formats/shell-words.ts';

/** Program and arguments of `command` or `entrypoint`; an empty list asks for none at all. */
export function normalizeCommand(field: Field<CommandAsWritten> | undefined): readonly string[] | undefined {
  if (field === undefined) return undefined;
  const { value } = field;
  if (typeof value !== 'string') return readArguments(field.as(value));
  const split = splitShellWords(value);
  if ('words' in split) {
    warnOfOperator(field, split.operator);
    return split.words;
  }
  field.error('spec.bad-value', `${quote(value)} cannot be split into words: ${split.problem}`, {
    hint: 'write a list, one argument an item',
  });
  return undefined;
}

/** Compose cuts the command off there without a word; a shell would not. */
function warnOfOperator(field: Field<CommandAsWritten>, operator: string | undefined): void {
  if (operator === undefined) return;
  field.warn(
    'spec.approximated',
    `no shell runs this command: ${quote(operator)} in it is an ordinary character`,
    {
      hint: 'write ["sh", "-c", "..."] for a shell, or put it into quotes',
    },
  );
}

export function readArguments(field: Field<readonly Text[]>): readonly string[] {
  return field.items().map((item) => {
    const text = printScalar(item.value);
    if (text.includes('\0')) item.error('spec.bad-value', 'an argument cannot contain a NUL character');
    return text;
  });
}
