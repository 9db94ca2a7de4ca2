/** What a frame says (schemas/protocol/README.md). Params, results and data are shaped by the method or event. */
export type Message =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly params: object }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorBody }
  | { readonly kind: 'event'; readonly event: ProtocolEvent };

export const protocolVersion = 1;

export interface Hello {
  readonly protocol: number;
  readonly version: string;
  readonly role: string;
}

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly object?: string;
  readonly hint?: string;
  readonly errno?: string;
  readonly retryable?: boolean;
}

export interface ProtocolEvent {
  readonly event: string;
  readonly seq?: number;
  readonly data: object;
}

/** Unknown fields are ignored; undefined = no kind of message, so the connection must be closed. */
export function readMessage(frame: object): Message | undefined {
  const fields = frame as Record<string, unknown>;
  if (fields['hello'] !== undefined) return readHello(fields['hello']);
  if (fields['event'] !== undefined) return readEvent(fields);
  const id = fields['id'];
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id <= 0) return undefined;
  if (fields['method'] !== undefined) return readRequest(id, fields);
  return readAnswer(id, fields);
}

function readHello(hello: unknown): Message | undefined {
  if (!isObject(hello)) return undefined;
  const { protocol, version, role } = hello;
  if (typeof protocol !== 'number' || typeof version !== 'string' || typeof role !== 'string')
    return undefined;
  return { kind: 'hello', hello: { protocol, version, role } };
}

function readEvent({ event, seq, data }: Record<string, unknown>): Message | undefined {
  if (typeof event !== 'string' || !(data === undefined || isObject(data))) return undefined;
  if (!(seq === undefined || typeof seq === 'number')) return undefined;
  return { kind: 'event', event: { event, ...(seq === undefined ? {} : { seq }), data: data ?? {} } };
}

function readRequest(id: number, { method, params }: Record<string, unknown>): Message | undefined {
  if (typeof method !== 'string' || !(params === undefined || isObject(params))) return undefined;
  return { kind: 'request', id, method, params: params ?? {} };
}

function readAnswer(id: number, { result, error }: Record<string, unknown>): Message | undefined {
  if (result !== undefined) return error === undefined ? { kind: 'result', id, result } : undefined;
  if (!isObject(error)) return undefined;
  const { code, message } = error;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return { kind: 'error', id, error: error as object as ErrorBody };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
