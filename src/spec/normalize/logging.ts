import type { Service } from '../../model/stack.ts';
import type { NumberText, ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { optional } from './optional.ts';
import { readInteger, readSize } from './values.ts';

/** Each rotation renames them all. */
const mostFiles = 1_000;

/** Docker's names for what bounds its `json-file` and `local` logs; ours are bounded so, too. */
export function normalizeLogging(
  field: Field<NonNullable<ServiceAsWritten['logging']>> | undefined,
): Service['log'] {
  const options = field?.get('options');
  const limits = optional({
    maxBytes: readMaxSize(options?.get('max-size')),
    maxFiles: readInteger(options?.get('max-file'), { min: 1, max: mostFiles }),
  });
  return Object.keys(limits).length === 0 ? undefined : limits;
}

/** -1 = no bound. */
function readMaxSize(field: Field<NumberText> | undefined): number | undefined {
  if (field === undefined) return undefined;
  if (String(field.value).trim() === '-1') return 0;
  const bytes = readSize(field);
  if (bytes !== 0) return bytes;
  field.error('spec.bad-value', `${quote(field.value)} leaves no room for a line; -1 means no bound`);
  return undefined;
}
