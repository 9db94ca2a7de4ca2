import type { KeyObject } from 'node:crypto';
import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { parseImageReference } from '../../../model/image-reference.ts';
import { DocumentReader } from '../documents/document-reader.ts';
import { isSignedBy, sha256 } from './check-signature.ts';
import { normalRepository } from './policy-scope.ts';

/** What a signature is over, and which image that speaks of. The signature itself has not been checked. */
export interface SignedContent {
  /** Exactly the bytes that were signed. */
  readonly message: Buffer;
  /** What a transparency log holds the hash of: the payload within the message. */
  readonly logged: Buffer;
  readonly signature: Buffer;
  /** `sha256:…` of the image. */
  readonly image: string;
  /** As the signature names it, where it does. */
  readonly repository?: string;
}

const cosignStatement = 'https://sigstore.dev/cosign/sign/v1';
const cosignPayload = 'cosign container image signature';

/** cosign's older form (its SIGNATURE_SPEC.md). @throws TsorchError `content.bad-document` */
export function readSimplePayload(payload: Buffer, signature: Buffer): SignedContent {
  const reader = new DocumentReader('the signed payload');
  const critical = reader.object(reader.parse(payload)['critical'], 'critical');
  const type = reader.text(critical['type'], 'critical.type');
  if (type !== cosignPayload) throw reader.problem(`is a "${printable(type)}"`);
  const image = reader.object(critical['image'], 'critical.image');
  const identity = reader.optionalObject(critical['identity'], 'critical.identity');
  const named = reader.optionalText(identity?.['docker-reference'], 'critical.identity.docker-reference');
  return {
    message: payload,
    logged: payload,
    signature,
    image: reader.text(image['docker-manifest-digest'], 'critical.image.docker-manifest-digest'),
    repository: repositoryOf(named ?? ''),
  };
}

/**
 * An in-toto statement in a DSSE envelope. Only the one that cosign means as a signature counts: an attestation (provenance, a list of
 * weaknesses) says something of the image, not that it shall run.
 *
 * @throws TsorchError `content.bad-document`
 */
export function readStatement(
  { payloadType, payload }: { readonly payloadType: string; readonly payload: Buffer },
  signature: Buffer,
): readonly SignedContent[] {
  const reader = new DocumentReader('the signed statement');
  if (payloadType !== 'application/vnd.in-toto+json')
    throw reader.problem(`has the type "${printable(payloadType)}"`);
  const statement = reader.parse(payload);
  const type = reader.text(statement['_type'], '_type');
  if (!/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/.test(type))
    throw reader.problem(`is a "${printable(type)}"`);
  const predicate = reader.text(statement['predicateType'], 'predicateType');
  if (predicate !== cosignStatement)
    throw reader.problem(`is an attestation (${printable(predicate)}), not a signature of the image`);
  const header = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
  const message = Buffer.concat([header, payload]);
  const subjects = reader.list(statement['subject'], 'subject');
  return subjects.map((subject, at) => {
    const { digest } = reader.object(subject, `subject[${at}]`);
    const hex = reader.text(
      reader.object(digest, `subject[${at}].digest`)['sha256'],
      `subject[${at}].digest.sha256`,
    );
    return { message, logged: payload, signature, image: `sha256:${hex}` };
  });
}

/** A signature over the bytes of the manifest or index itself. @throws TsorchError `content.bad-document` */
export function readMessage(
  { digest, algorithm }: { readonly digest: Buffer; readonly algorithm: string },
  subject: Buffer,
  signature: Buffer,
): SignedContent {
  const actual = sha256(subject);
  if (algorithm !== 'SHA2_256' || !digest.equals(actual))
    throw new TsorchError<ErrorCode>(
      'content.bad-document',
      `the bundle is over ${algorithm} ${digest.toString('hex').slice(0, 128)}, not over this manifest`,
    );
  return { message: subject, logged: subject, signature, image: `sha256:${actual.toString('hex')}` };
}

/** What `@sigstore/verify` asks of a signature. Ours decides on algorithms by the key. */
export function signatureContent({ message, logged, signature }: SignedContent) {
  return {
    signature,
    compareSignature: (other: Buffer): boolean => signature.equals(other),
    compareDigest: (digest: Buffer): boolean => sha256(logged).equals(digest),
    verifySignature: (key: KeyObject): boolean => isSignedBy(key, message, signature),
  };
}

function repositoryOf(named: string): string {
  const reference = parseImageReference(named);
  return reference === undefined ? printable(named) : normalRepository(reference);
}

/** Somebody else's words. */
export function printable(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, 200);
}
