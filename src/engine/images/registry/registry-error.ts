import type { IncomingMessage } from 'node:http';
import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { readBody } from './http-exchange.ts';

const maxErrorBytes = 64 << 10;
const maxShownCharacters = 300;

/** An answer that is not what was asked for; `status` decides what the caller makes of it. */
export class UnexpectedStatus extends Error {
  override readonly name = 'UnexpectedStatus';
  readonly status: number;
  /** What the registry says about it, fit for printing; may be empty. */
  readonly detail: string;
  readonly retryAfter: string | undefined;

  constructor(status: number, detail: string, retryAfter: string | undefined) {
    super(`the registry answered ${status}${detail === '' ? '' : ` (${detail})`}`);
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

/** Reads what the registry says (distribution-spec, "Error Codes") and closes the answer. */
export async function unexpectedStatus(response: IncomingMessage): Promise<UnexpectedStatus> {
  const body = await readBody(response, maxErrorBytes).catch(() => Buffer.alloc(0));
  return new UnexpectedStatus(response.statusCode ?? 0, errorDetail(body), response.headers['retry-after']);
}

function errorDetail(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString('utf8')) as { errors?: readonly Record<string, unknown>[] };
    const texts = (errors ?? []).map(({ code, message }) =>
      [code, message].filter((part) => typeof part === 'string' && part !== '').join(': '),
    );
    return printable(texts.join('; '));
  } catch {
    return ''; // a proxy's page of HTML says nothing worth showing
  }
}

/** One line without control characters: a registry must not paint on somebody's terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, maxShownCharacters);
}

/** What the caller of the client gets. `what`: `image registry.example/team/web:2.1`. */
export function registryError(error: unknown, domain: string, what: string): unknown {
  if (error instanceof TsorchError || isAbort(error)) return error;
  if (error instanceof UnexpectedStatus) return statusError(error, domain, what);
  return new TsorchError<ErrorCode>('registry.unreachable', `cannot reach registry ${domain} for ${what}`, {
    object: domain,
    cause: withCode(error),
    retryable: true,
  });
}

const hints: Readonly<Record<number, string>> = {
  413: 'the registry, or a proxy before it, limits the size of a request; raise that limit',
  414: 'a proxy before the registry limits the length of an address; raise that limit',
  431: 'a proxy before the registry limits the length of headers, and tokens are long; raise that limit',
};

function statusError(error: UnexpectedStatus, domain: string, what: string): TsorchError<ErrorCode> {
  const { status } = error;
  const details = { object: domain, cause: error };
  const hint = hints[status];
  if (hint !== undefined)
    return new TsorchError('registry.protocol', `registry ${domain} refuses ${what}`, { ...details, hint });
  if (status === 404) return new TsorchError('image.not-found', `registry ${domain} has no ${what}`, details);
  if (status === 401 || status === 403)
    return new TsorchError('registry.denied', `registry ${domain} refuses ${what}`, details);
  if (status === 429)
    return new TsorchError('registry.rate-limited', `registry ${domain} wants fewer requests`, {
      ...details,
      retryable: true,
    });
  return new TsorchError('registry.protocol', `registry ${domain} cannot serve ${what}`, {
    ...details,
    retryable: status >= 500,
  });
}

/** Node's messages often lack the code, and several addresses failing come as one error without any message. */
function withCode(error: unknown): unknown {
  if (error instanceof AggregateError && error.message === '') return withCode(error.errors[0]);
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code) ? error : new Error(`${error.message} (${code})`);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
