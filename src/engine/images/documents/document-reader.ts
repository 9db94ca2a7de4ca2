import { TsorchError } from '../../../lib/errors.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';

/** Largest manifest, index or configuration that is read (image-spec asks for 4 MiB at least). */
export const maxDocumentBytes = 8 << 20;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads fields of a JSON document that somebody else wrote; every complaint names the document and the field. By the
 * image-spec an optional field may be null, and unknown ones are left alone.
 */
export class DocumentReader {
  readonly #name: string;

  /** @param name  how messages call it: `manifest sha256:...` */
  constructor(name: string) {
    this.#name = name;
  }

  parse(bytes: Uint8Array): JsonObject {
    if (bytes.length > maxDocumentBytes) throw this.problem(`is larger than ${maxDocumentBytes} bytes`);
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (cause) {
      throw this.problem('is not JSON', cause);
    }
    return this.object(value, 'the document');
  }

  object(value: unknown, field: string): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    throw this.problem(`has no object as ${field}`);
  }

  optionalObject(value: unknown, field: string): JsonObject | undefined {
    return isAbsent(value) ? undefined : this.object(value, field);
  }

  list(value: unknown, field: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    throw this.problem(`has no list as ${field}`);
  }

  optionalText(value: unknown, field: string): string | undefined {
    if (isAbsent(value)) return undefined;
    if (typeof value === 'string') return value;
    throw this.problem(`has no text as ${field}`);
  }

  text(value: unknown, field: string): string {
    const text = this.optionalText(value, field);
    if (text !== undefined) return text;
    throw this.problem(`lacks ${field}`);
  }

  /** A list of texts; Docker's oldest images have a single text instead. */
  optionalTexts(value: unknown, field: string): readonly string[] | undefined {
    if (isAbsent(value)) return undefined;
    if (typeof value === 'string') return [value];
    return this.list(value, field).map((item) => this.text(item, field));
  }

  texts(value: unknown, field: string): Readonly<Record<string, string>> {
    const entries = Object.entries(this.optionalObject(value, field) ?? {});
    return Object.fromEntries(entries.map(([key, text]) => [key, this.text(text, `${field}.${key}`)]));
  }

  size(value: unknown, field: string): number {
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    throw this.problem(`has no size as ${field}`);
  }

  optionalNumber(value: unknown, field: string): number | undefined {
    if (isAbsent(value)) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.problem(`has no number as ${field}`);
  }

  /** Checked before it is ever part of a path or a URL (CVE-2024-3727). */
  digest(value: unknown, field: string): Digest {
    const text = this.text(value, field);
    if (isDigest(text)) return text;
    throw this.problem(`has "${text.slice(0, 100)}" as ${field}, which is no sha256 digest`);
  }

  problem(what: string, cause?: unknown): TsorchError<ErrorCode> {
    return new TsorchError('content.bad-document', `${this.#name} ${what}`, {
      object: this.#name,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
