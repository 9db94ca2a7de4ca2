import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';

export const tarBlock = 512;

/** POSIX.1-1988 ustar, with GNU's numbers in binary; what image archives need of it. */
export interface TarHeader {
  readonly name: string;
  /** One character: `0` a file, `5` a directory, `L` and `x` say more of the next header. */
  readonly flag: string;
  /** Bytes of the body. */
  readonly size: number;
}

/** Undefined for a block of zeros, which ends the archive. @throws TsorchError `image.bad-archive` */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const told = octal(block.subarray(148, 156));
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (told !== sum) throw brokenTar('the checksum of a header is wrong');
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    flag: String.fromCharCode(block[156] || 0x30),
    size: number(block.subarray(124, 136)),
  };
}

/** Records `LENGTH KEY=VALUE\n` of a PAX header (POSIX.1-2001, pax). @throws TsorchError `image.bad-archive` */
export function readPaxRecords(body: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const [, digits = ''] = /^(\d{1,7}) /.exec(body.toString('latin1', at, at + 8)) ?? [];
    const end = at + Number(digits);
    const record = body.toString('utf8', at + digits.length + 1, end - 1);
    const equals = record.indexOf('=');
    if (digits === '' || end > body.length || body[end - 1] !== 0x0a || equals < 1)
      throw brokenTar('a PAX record is malformed');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at = end;
  }
  return records;
}

export function brokenTar(why: string): TsorchError<ErrorCode> {
  return new TsorchError('image.bad-archive', 'the archive is no intact tar file', { cause: new Error(why) });
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

function octal(field: Buffer): number | undefined {
  const digits = field.toString('latin1').replaceAll('\0', ' ').trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function number(field: Buffer): number {
  const isBinary = ((field[0] ?? 0) & 0x80) !== 0;
  const value = isBinary ? Number(field.readBigUInt64BE(4)) : (octal(field) ?? 0);
  if (Number.isSafeInteger(value) && (!isBinary || field.readUInt32BE(0) === 0x8000_0000)) return value;
  throw brokenTar('the size of a member is no number');
}
