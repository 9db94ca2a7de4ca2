import type { ErrorCode } from './error-code.ts';

/**
 * Something wrong, or worth knowing, in a stack's files. A value: all problems of all files are collected and told
 * together. An `error` means there is no stack; a `warning` leaves it usable.
 */
export interface Problem {
  readonly code: ErrorCode;
  readonly severity: 'error' | 'warning';
  /** Lower case, no full stop; names object and value. */
  readonly message: string;
  /** An imperative: what the writer can do. */
  readonly hint?: string;
  /** `services.web.ports[0]` */
  readonly path?: string;
  /** Path of the file as the user knows it. */
  readonly file: string;
  /** 1-based; 0 where the problem is the whole file. */
  readonly line: number;
  readonly column: number;
  /** 1-based; `endColumn` is exclusive. */
  readonly endLine: number;
  readonly endColumn: number;
  /** Text of the line. */
  readonly excerpt?: string;
}
