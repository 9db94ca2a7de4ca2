import { printScalar } from '../../lib/document/resolve-scalar.ts';
import type { Pairs, Text } from '../as-written.ts';
import { type Field, quote } from '../field.ts';

/** A `KEY=value` of either form; `value` is absent for a bare key. */
export interface Pair {
  readonly key: string;
  readonly value: string | undefined;
  readonly field: Field<Text | null>;
}

/** Members of a mapping or items of a `KEY=value` list, in the order of the file; of a key given twice, both. */
export function readPairs(field: Field<Pairs> | undefined): Pair[] {
  if (field === undefined) return [];
  const { value } = field;
  const pairs = isList(value)
    ? field.as(value).items().map(splitPair)
    : field.as(value).entries().map(toPair);
  return pairs.filter(hasGoodKey);
}

function toPair([key, field]: [string, Field<Text | null>]): Pair {
  return { key, value: field.value === null ? undefined : printScalar(field.value), field };
}

function splitPair(field: Field<string>): Pair {
  const equals = field.value.indexOf('=');
  if (equals < 0) return { key: field.value, value: undefined, field };
  return { key: field.value.slice(0, equals), value: field.value.slice(equals + 1), field };
}

function hasGoodKey({ key, value, field }: Pair): boolean {
  if (key !== '' && key.trim() === key && key !== '__proto__' && !key.includes('\0')) {
    return !(value?.includes('\0') ?? false);
  }
  field.error('spec.bad-value', `${quote(key)} is not a name; it is empty or has blanks around it`);
  return false;
}

function isList(value: Pairs): value is readonly string[] {
  return Array.isArray(value);
}
