import { printScalar } from '../../lib/document/resolve-scalar.ts';
import type { Check } from '../../model/stack.ts';
import type { NumberText, ProbeAsWritten, Text } from '../as-written.ts';
import { type Field, quote } from '../field.ts';

type HttpRequest = Omit<Extract<Check, { kind: 'http' }>, 'kind' | 'to'>;

const longestBody = 4096;

/** What is asked in HTTP and what passes; nothing after a problem. Nothing written here can become a second request. */
export function httpRequest(field: Field<ProbeAsWritten>): HttpRequest | undefined {
  const path = readMatching(field.get('path'), { pattern: /^\/[!-~]{0,4095}$/, what: 'path of a URL' });
  const method = readMatching(field.get('method'), { pattern: /^[A-Z]{1,32}$/, what: 'HTTP method' });
  const status = readStatus(field.get('status'));
  const headers = readHeaders(field.get('headers'));
  const body = readBody(field.get('body'));
  if (path === null || method === null || status === null || headers === null || body === null)
    return undefined;
  return {
    method: method ?? 'GET',
    path: path ?? '/',
    headers: headers ?? {},
    status: status ?? [200, 399],
    ...(body === undefined ? {} : { body }),
  };
}

/** In this file: undefined = not given, null = given and wrong. */
function readMatching(
  field: Field<string> | undefined,
  { pattern, what }: { readonly pattern: RegExp; readonly what: string },
): string | undefined | null {
  if (field === undefined || pattern.test(field.value)) return field?.value;
  field.error('spec.bad-value', `${quote(field.value)} is not the ${what}`);
  return null;
}

function readStatus(field: Field<NumberText> | undefined): readonly [number, number] | undefined | null {
  if (field === undefined) return undefined;
  const [, low, high] = /^([1-9]\d\d)(?:-([1-9]\d\d))?$/.exec(String(field.value)) ?? [];
  const range = [Number(low), Number(high ?? low)] as const;
  if (low !== undefined && range[0] <= range[1]) return range;
  field.error(
    'spec.bad-value',
    `${quote(field.value)} is not a status such as 204, or a range such as 200-399`,
  );
  return null;
}

function readHeaders(
  field: Field<Readonly<Record<string, Text | null>>> | undefined,
): Readonly<Record<string, string>> | undefined | null {
  if (field === undefined) return undefined;
  const headers = field
    .entries()
    .map(([name, value]) => [name, printScalar(value.value ?? ''), value] as const);
  const bad = headers.filter(([name, text]) => !/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !isFieldValue(text));
  for (const [name, text, value] of bad)
    value.error('spec.bad-value', `${quote(`${name}: ${text}`)} is not a field of an HTTP request`);
  return bad.length > 0 ? null : Object.fromEntries(headers.map(([name, text]) => [name, text]));
}

function isFieldValue(text: string): boolean {
  return (
    text.length <= longestBody && [...text].every((char) => char === '\t' || (char >= ' ' && char !== '\x7f'))
  );
}

function readBody(field: Field<string> | undefined): string | undefined | null {
  if (field === undefined) return undefined;
  if (field.value !== '' && field.value.length <= longestBody) return field.value;
  field.error('spec.bad-value', `\`body\` is a text of 1 to ${longestBody} characters`);
  return null;
}
