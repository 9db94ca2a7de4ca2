import type { Scalar } from './source-node.ts';

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);
const infinity = /^([-+]?)\.(?:inf|Inf|INF)$/;
const notANumber = /^\.(?:nan|NaN|NAN)$/;
const integer = /^([-+]?)(?:0b([01]+)|0o?([0-7]+)|0x([0-9a-fA-F]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * Value of a plain (unquoted) scalar: YAML 1.2 core schema with the survivals of 1.1 that Compose's own reader keeps:
 * `0440` is octal, `0b11` and `1_000` are integers. `yes`, `on`, dates and `22:22` are strings. Integers beyond 2^53
 * stay digits, so that none is ever rounded.
 */
export function resolvePlainScalar(text: string): Scalar {
  if (nulls.has(text)) return null;
  const boolean = booleans.get(text);
  if (boolean !== undefined) return boolean;
  // Cheap way out for the many scalars that are plainly words.
  return /^[-+.0-9]/.test(text) ? resolveNumber(text) : text;
}

function resolveNumber(text: string): Scalar {
  // No number that means anything is longer, and reading a huge one costs time.
  if (text.length > 64) return text;
  const digits = /^[-+]?[0-9]/.test(text) ? text.replaceAll('_', '') : text;
  const match = integer.exec(digits);
  if (match !== null) return resolveInteger(match);
  if (float.test(digits)) return Number(digits);
  const infinite = infinity.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return notANumber.test(text) ? Number.NaN : text;
}

function resolveInteger([, sign, binary, octal, hexadecimal, decimal]: RegExpExecArray): Scalar {
  let magnitude: bigint;
  if (binary !== undefined) magnitude = BigInt(`0b${binary}`);
  else if (octal !== undefined) magnitude = BigInt(`0o${octal}`);
  else if (hexadecimal !== undefined) magnitude = BigInt(`0x${hexadecimal}`);
  else magnitude = BigInt(decimal ?? 0);
  const value = sign === '-' ? -magnitude : magnitude;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** Text of a scalar as Compose prints it into an environment or a label (Go's `fmt.Sprint`). */
export function printScalar(value: Exclude<Scalar, null>): string {
  if (typeof value !== 'number') return String(value);
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const size = Math.abs(value);
  if (size === 0 || size >= 1e-4) return String(value);
  // Go changes to exponents below 1e-4 and writes at least two digits of them; JavaScript does so below 1e-6.
  return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
}
