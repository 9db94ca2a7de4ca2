import { causeChain, TsorchError } from '../../../lib/errors.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { familiarImageReference, type ImageReference } from '../../../model/image-reference.ts';
import type { TrustDecision } from './trust-records.ts';

export interface JudgedImage {
  readonly reference: ImageReference;
  readonly manifest: Digest;
}

/** A node without a policy accepts everything, and says so. */
export type Judgement = Omit<TrustDecision, 'policy'> & {
  /** Path of the policy; absent = there is none. */
  readonly policy?: string;
  /** Signatures could not be looked for: it may be otherwise soon. */
  readonly cause?: TsorchError;
};

export interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly hint?: string;
}

/** What is said of an image that may not run. */
export function refusalOf(error: TsorchError): Refusal {
  const { code, hint } = error;
  const reason = causeChain(error).join(': ');
  return { code: code as ErrorCode, reason, ...(hint === undefined ? {} : { hint }) };
}

/** `image.untrusted` */
export function refused({ reference }: JudgedImage, judgement: Judgement): TsorchError<ErrorCode> {
  const name = familiarImageReference(reference);
  const { cause, scope, require, policy = '' } = judgement;
  return new TsorchError('image.untrusted', `image ${name} may not run here: ${judgement.why}`, {
    object: name,
    hint: hintOf({ name, scope, require, policy }),
    ...(cause === undefined ? {} : { cause, retryable: true }),
  });
}

function hintOf(of: {
  readonly name: string;
  readonly scope: string;
  readonly require: string;
  readonly policy: string;
}): string {
  const rule = of.scope === 'default' ? 'the default' : `scope "${of.scope}"`;
  return `${rule} of ${of.policy} wants: ${of.require}; see \`tsorch image trust ${of.name}\``;
}
