import type { Text } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { cleanContainerPath } from './context.ts';
import { readText } from './values.ts';

/** `user[:group]`, names or numbers; looked up inside the container when it is made. */
export function normalizeUser(field: Field<Text> | undefined): string | undefined {
  if (field === undefined) return undefined;
  const user = readText(field).trim();
  if (user === '') return undefined;
  if (/^[^:\s/]{1,64}(?::[^:\s/]{1,64})?$/.test(user)) return user;
  field.error('spec.bad-value', `${quote(user)} is not a user; write "uid[:gid]" or names`);
  return undefined;
}

/** RFC 1123 labels; the kernel takes 64 characters. */
export function normalizeHostname(field: Field<string> | undefined): string | undefined {
  if (field === undefined || field.value === '') return undefined;
  const label = '[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?';
  if (field.value.length <= 64 && new RegExp(`^${label}(?:\\.${label})*\\.?$`).test(field.value))
    return field.value;
  field.error('spec.bad-value', `${quote(field.value)} is not a host name`);
  return undefined;
}

export function normalizeWorkingDir(field: Field<string> | undefined): string | undefined {
  if (field === undefined || field.value === '') return undefined;
  const path = cleanContainerPath(field.value);
  if (path === undefined) {
    field.error('spec.bad-path', `the working directory ${quote(field.value)} is not an absolute path`);
  }
  return path;
}
