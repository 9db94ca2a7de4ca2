import codes from '../../schemas/error-codes.json' with { type: 'json' };

/** The closed list of codes, `area.what-is-wrong`; native code uses the same list (schemas/error-codes.json). */
export type ErrorCode = keyof typeof codes;

interface ErrorCodeInfo {
  /** Name of the gRPC status it travels as. */
  readonly status: string;
  /** Exit status of the command line. */
  readonly exit: number;
  /** What to do, in general; the place that raises the error may know better. */
  readonly hint: string;
}

export const errorCodes: Readonly<Record<ErrorCode, ErrorCodeInfo>> = codes;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(codes, text);
}
