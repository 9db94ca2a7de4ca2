import { printScalar } from '../../lib/document/resolve-scalar.ts';
import type { BooleanText, NumberText, Text } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { parseDurationMs } from '../formats/duration.ts';
import { parseSizeBytes } from '../formats/size.ts';

const trueWords = new Set(['true', 'y', 'yes', 'on']);
const falseWords = new Set(['false', 'n', 'no', 'off']);

/** `yes` and `on` count, as in Compose, but are not YAML's booleans: another reader takes them for text. */
export function readBoolean(field: Field<BooleanText> | undefined): boolean | undefined {
  if (field === undefined) return undefined;
  const { value } = field;
  if (typeof value === 'boolean') return value;
  const word = value.trim().toLowerCase();
  const isTrue = trueWords.has(word);
  if (!isTrue && !falseWords.has(word)) {
    field.error('spec.not-a-boolean', `${quote(value)} is neither true nor false`);
    return undefined;
  }
  if (word !== String(isTrue)) {
    field.warn('spec.deprecated', `${quote(value)} counts as ${isTrue}`, { hint: `write ${isTrue}` });
  }
  return isTrue;
}

export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
}

export function readInteger(
  field: Field<NumberText> | undefined,
  limits: NumberLimits = {},
): number | undefined {
  const value = field === undefined ? undefined : toNumber(field.value, /^[-+]?\d{1,16}$/);
  if (field === undefined || isWithin(value, limits, Number.isSafeInteger)) return value;
  field.error('spec.bad-value', `${quote(field.value)} is not a whole number${rangeText(limits)}`);
  return undefined;
}

export function readNumber(
  field: Field<NumberText> | undefined,
  limits: NumberLimits = {},
): number | undefined {
  const value = field === undefined ? undefined : toNumber(field.value, /^[-+]?(?:\d+\.?\d*|\.\d+)$/);
  if (field === undefined || isWithin(value, limits, Number.isFinite)) return value;
  field.error('spec.bad-value', `${quote(field.value)} is not a number${rangeText(limits)}`);
  return undefined;
}

/** Whole bytes. */
export function readSize(field: Field<NumberText> | undefined): number | undefined {
  if (field === undefined) return undefined;
  const bytes = parseSizeBytes(String(field.value));
  if (bytes === undefined) {
    const message = `${quote(field.value)} is not a size; expected a number with b, k, m or g, such as "64m"`;
    field.error('spec.bad-size', message);
  }
  return bytes;
}

/** Milliseconds. */
export function readDurationMs(field: Field<NumberText> | undefined): number | undefined {
  if (field === undefined) return undefined;
  const milliseconds = parseDurationMs(String(field.value));
  if (milliseconds === undefined) {
    const isBare = /^\d+$/.test(String(field.value));
    const hint = isBare ? `write "${field.value}s" for seconds` : undefined;
    field.error('spec.bad-duration', `${quote(field.value)} is not a duration such as "1m30s"`, { hint });
  }
  return milliseconds;
}

/** Permission bits: digits in a text are octal, as `0440` without quotes is for YAML. */
export function readMode(field: Field<NumberText> | undefined): number | undefined {
  if (field === undefined) return undefined;
  const { value } = field;
  const isText = typeof value === 'string';
  const mode =
    isText && /^(?:0o)?[0-7]{1,5}$/.test(value) ? Number.parseInt(value.replace('0o', ''), 8) : value;
  if (typeof mode === 'number' && Number.isInteger(mode) && mode >= 0 && mode <= 0o7777) return mode;
  field.error('spec.bad-value', `${quote(value)} is not a file mode such as 0755`);
  return undefined;
}

export function readText(field: Field<Text>): string {
  return printScalar(field.value);
}

function toNumber(value: NumberText, pattern: RegExp): number | undefined {
  if (typeof value === 'number') return value;
  const text = value.trim();
  return pattern.test(text) ? Number(text) : undefined;
}

function isWithin(
  value: number | undefined,
  { min = -Infinity, max = Infinity }: NumberLimits,
  isKind: (value: unknown) => boolean,
): boolean {
  return value !== undefined && isKind(value) && value >= min && value <= max;
}

function rangeText({ min, max }: NumberLimits): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
