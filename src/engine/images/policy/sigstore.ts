// Everything of sigstore's packages. Loaded when the first such signature is checked: some 50 ms that most nodes never need.
import { X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { HashAlgorithm, TrustedRoot } from '@sigstore/protobuf-specs';
import { type SignedEntity, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { sha256, weaknessOf } from './check-signature.ts';
import type { BundleEvidence, SimpleSigningEvidence } from './signature-evidence.ts';
import { readMessage, readStatement, type SignedContent, signatureContent } from './signed-content.ts';
import type { KeylessSigner, TrustedRootFile } from './trust-policy.ts';

const codeSigning = '1.3.6.1.5.5.7.3.3';

/** What the bundle is over. @throws on anything that is no bundle */
export function readBundle(evidence: BundleEvidence): readonly SignedContent[] {
  const { content } = parseBundle(evidence);
  if (content.$case === 'messageSignature') {
    const { messageDigest, signature } = content.messageSignature;
    const { digest, algorithm } = messageDigest;
    const name = HashAlgorithm[algorithm] ?? 'an unknown hash';
    const subject = Buffer.from(evidence.subject, 'base64');
    return [readMessage({ digest, algorithm: name }, subject, signature)];
  }
  const { payloadType, payload, signatures } = content.dsseEnvelope;
  return readStatement({ payloadType, payload }, signatures[0]?.sig ?? Buffer.alloc(0));
}

/** @throws with what is wrong: chain, times, log, certificate transparency, identity */
export function verifyKeyless(
  evidence: BundleEvidence | SimpleSigningEvidence,
  content: SignedContent,
  signer: KeylessSigner,
): void {
  const bundle = evidence.kind === 'bundle' ? parseBundle(evidence) : asBundle(evidence, content);
  checkCertificate(bundle);
  const entity: SignedEntity = {
    ...toSignedEntity(bundle, content.message),
    signature: signatureContent(content),
  };
  const root = readRoot(signer.root);
  // An authority without a certificate log (a private one) has no entry there to show.
  const verifier = new Verifier(toTrustMaterial(root), {
    tlogThreshold: 1,
    timestampThreshold: 1,
    ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
  });
  const { identity } = verifier.verify(entity);
  checkIdentity(identity?.extensions?.issuer, identity?.subjectAlternativeName, signer);
}

/** @throws TsorchError `trust.bad-policy` when it cannot vouch for anybody */
export function checkTrustedRoot(file: TrustedRootFile): void {
  const root = readRoot(file);
  try {
    toTrustMaterial(root);
  } catch (cause) {
    throw badRoot(file, 'a key or a certificate in it cannot be read', cause);
  }
  if (root.certificateAuthorities.length === 0) throw badRoot(file, 'it names no certificate authority');
  if (root.tlogs.length === 0) throw badRoot(file, 'it names no transparency log');
}

function readRoot(file: TrustedRootFile): TrustedRoot {
  try {
    return TrustedRoot.fromJSON(file.json);
  } catch (cause) {
    throw badRoot(file, 'it is no trusted root of sigstore', cause);
  }
}

function badRoot({ name }: TrustedRootFile, why: string, cause?: unknown): TsorchError<ErrorCode> {
  return new TsorchError('trust.bad-policy', `${name} cannot be used: ${why}`, { object: name, cause });
}

function parseBundle({ json }: BundleEvidence): Bundle {
  return bundleFromJSON(JSON.parse(json));
}

/** The parts of cosign's older form in the form of a bundle, so that one verifier looks at both. */
function asBundle(
  { certificate, logEntry, timestamp }: SimpleSigningEvidence,
  { message, signature }: SignedContent,
): Bundle {
  if (certificate === undefined) throw new Error('it has no certificate');
  const rawBytes = new X509Certificate(certificate).raw.toString('base64');
  const entries = logEntry === undefined ? [] : [asLogEntry(logEntry)];
  const stamp = timestamp === undefined ? undefined : record(JSON.parse(timestamp))['SignedRFC3161Timestamp'];
  return bundleFromJSON({
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: sha256(message).toString('base64') },
      signature: signature.toString('base64'),
    },
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes }] },
      tlogEntries: entries,
      timestampVerificationData: {
        rfc3161Timestamps: stamp === undefined ? [] : [{ signedTimestamp: stamp }],
      },
    },
  });
}

/** `{SignedEntryTimestamp, Payload: {body, integratedTime, logIndex, logID}}` -> an entry as bundles have it. */
function asLogEntry(text: string): object {
  const { SignedEntryTimestamp: promise, Payload } = record(JSON.parse(text));
  const payload = record(Payload);
  const body = record(JSON.parse(Buffer.from(String(payload['body']), 'base64').toString('utf8')));
  return {
    logIndex: String(payload['logIndex']),
    logId: { keyId: Buffer.from(String(payload['logID']), 'hex').toString('base64') },
    kindVersion: { kind: body['kind'], version: body['apiVersion'] },
    integratedTime: String(payload['integratedTime']),
    inclusionPromise: { signedEntryTimestamp: promise },
    canonicalizedBody: payload['body'],
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new Error('its log entry is none');
}

/** What the verifier leaves open: that the certificate is for signing code, and its key of a kind that is used. */
function checkCertificate({ verificationMaterial: { content } }: Bundle): void {
  if (content.$case === 'publicKey') throw new Error('it was made with a key, not with a certificate');
  const raw =
    content.$case === 'certificate'
      ? content.certificate.rawBytes
      : content.x509CertificateChain.certificates[0]?.rawBytes;
  const certificate = new X509Certificate(raw ?? Buffer.alloc(0));
  // Named "keyUsage", these are the extended ones.
  if (!(certificate.keyUsage ?? []).includes(codeSigning))
    throw new Error('its certificate is not for signing code');
  const weakness = weaknessOf(certificate.publicKey);
  if (weakness !== undefined) throw new Error(`the key of its certificate is not used: ${weakness}`);
}

function checkIdentity(issuer: string | undefined, subject: string | undefined, wanted: KeylessSigner): void {
  if (issuer !== wanted.issuer)
    throw new Error(`its signer was vouched for by ${issuer ?? 'nobody'}, not by ${wanted.issuer}`);
  const isSubject =
    subject !== undefined &&
    (typeof wanted.subject === 'string' ? subject === wanted.subject : wanted.subject.test(subject));
  if (!isSubject) throw new Error(`it was signed by ${subject ?? 'nobody'}`);
}
