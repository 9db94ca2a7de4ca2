import { constants } from 'node:os';
import type { Text } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { didYouMean } from '../suggest.ts';

/** `TERM`, `SIGTERM`, `15`, `SIGRTMIN+3` -> the name as in signal(7), with `SIG`. */
export function normalizeStopSignal(field: Field<Text> | undefined): string | undefined {
  if (field === undefined) return undefined;
  const text = String(field.value).trim().toUpperCase();
  const name = text.startsWith('SIG') ? text : `SIG${text}`;
  if (Object.hasOwn(constants.signals, name) || /^SIGRTM(?:IN\+|AX-)(?:[0-9]|[12][0-9]|30)$/.test(name))
    return name;
  const byNumber = Object.entries(constants.signals).find(([, number]) => String(number) === text);
  if (byNumber !== undefined) return byNumber[0];
  const hint = didYouMean(name, Object.keys(constants.signals));
  field.error('spec.bad-value', `${quote(field.value)} is not a signal`, { hint });
  return undefined;
}
