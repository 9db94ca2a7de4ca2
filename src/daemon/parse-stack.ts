import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import type { Stack } from '../model/stack.ts';
import { validateNormalisedStack } from './generated/validate-normalised-stack.ts';

/** A stack that came over the API. @throws TsorchError `protocol.bad-request`, naming what does not fit */
export function parseStack(text: string): Stack {
  const stack = parseJson(text);
  if (validateNormalisedStack(stack)) return stack as Stack;
  const [first] = validateNormalisedStack.errors ?? [];
  const where = first === undefined ? '' : ` at ${first.instancePath || '/'} (${first.keyword})`;
  throw new TsorchError<ErrorCode>('protocol.bad-request', `the request holds no valid stack${where}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TsorchError<ErrorCode>('protocol.bad-request', 'the request holds no JSON', { cause });
  }
}
