export interface ErrorDetails {
  /** What it is about: `shop/web.1`, `registry.example/team/web:2.1`. */
  readonly object?: string;
  /** An imperative: what the reader can do. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable?: boolean;
}

/**
 * A broken promise, told for people: `message` is lower case without a full stop, names object and value and never
 * repeats the cause. `Code` is the closed list of the program (model/error-code).
 */
export class TsorchError<Code extends string = string> extends Error {
  override readonly name = 'TsorchError';
  readonly code: Code;
  readonly object: string | undefined;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.object = details.object;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
  }
}

/** `error: message`, then one `caused by:` per cause. */
export function causeChain(error: unknown): readonly string[] {
  const messages: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null && messages.length < 10; ) {
    messages.push(at instanceof Error ? at.message : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return messages;
}
