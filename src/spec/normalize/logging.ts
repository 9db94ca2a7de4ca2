import type { LogSettings, Service } from '../../model/stack.ts';
import type { NumberText, ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { isForeignLogDriver, isOwnLogDriver, logDrivers } from '../log-drivers.ts';
import { didYouMean } from '../suggest.ts';
import { optional } from './optional.ts';
import { readDurationMs, readInteger, readSize } from './values.ts';

/** Each rotation renames them all. */
const mostFiles = 1_000;
/** What the shim reads at once has to fit, and a log must not take the memory of the node. */
const buffer = { min: 128 * 1024, max: 1024 * 1024 * 1024 };

/** Docker's names for what bounds its `json-file` and `local` logs; ours are bounded so, too. */
export function normalizeLogging(
  field: Field<NonNullable<ServiceAsWritten['logging']>> | undefined,
): Service['log'] {
  const options = field?.get('options');
  const whenFull = readMode(options?.get('mode'));
  const bufferBytes = readBuffer(options?.get('max-buffer-size'));
  const settings = optional({
    driver: readDriver(field?.get('driver')),
    maxBytes: readMaxSize(options?.get('max-size')),
    maxFiles: readInteger(options?.get('max-file'), { min: 1, max: mostFiles }),
    maxAgeMs: readMaxAge(options?.get('max-age')),
    whenFull,
    bufferBytes: whenFull === undefined ? undefined : bufferBytes,
  });
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function readDriver(field: Field<string> | undefined): LogSettings['driver'] {
  if (field?.value === 'none') return 'none';
  if (field === undefined || isOwnLogDriver(field.value) || isForeignLogDriver(field.value)) return undefined;
  const hint = didYouMean(field.value, logDrivers) ?? 'write "local", or "none" to keep no output';
  field.error('spec.bad-value', `${quote(field.value)} is not a log driver`, { hint });
  return undefined;
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

function readMaxAge(field: Field<NumberText> | undefined): number | undefined {
  const milliseconds = readDurationMs(field);
  if (milliseconds !== 0) return milliseconds;
  field?.error('spec.bad-value', `${quote(field.value)} would put each line into a file of its own`);
  return undefined;
}

function readMode(field: Field<string> | undefined): LogSettings['whenFull'] {
  if (field === undefined || field.value === 'blocking') return undefined;
  if (field.value === 'non-blocking') return 'drop';
  field.error('spec.bad-value', `${quote(field.value)} is neither "blocking" nor "non-blocking"`);
  return undefined;
}

function readBuffer(field: Field<NumberText> | undefined): number | undefined {
  const bytes = readSize(field);
  if (bytes === undefined || (bytes >= buffer.min && bytes <= buffer.max)) return bytes;
  field?.error('spec.bad-value', `${quote(field.value)} is not a size from 128k to 1g`);
  return undefined;
}
