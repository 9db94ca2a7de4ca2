import { causeChain } from '../../../lib/errors.ts';
import { isSignedBy } from './check-signature.ts';
import type { SignatureEvidence } from './signature-evidence.ts';
import { printable, readSimplePayload, type SignedContent } from './signed-content.ts';
import { describeSigner, type SignatureRequirement, type TrustedSigner } from './trust-policy.ts';

/** What came of one signature that was found. */
export interface SignatureFinding {
  readonly place: string;
  readonly form?: SignatureEvidence['kind'];
  readonly isGood: boolean;
  /** Whose it is, or why it does not count. */
  readonly why: string;
}

export interface SignatureSubject {
  /** `registry.example/team/web`, as `normalRepository` writes it. */
  readonly repository: string;
}

/** Checks one signature against the signers that the rule trusts. Never rejects: what goes wrong is why it does not count. */
export async function verifySignature(
  evidence: SignatureEvidence,
  require: SignatureRequirement,
  subject: SignatureSubject,
): Promise<SignatureFinding> {
  const { place, kind: form } = evidence;
  const bad = (why: string): SignatureFinding => ({ place, form, isGood: false, why: printable(why) });
  try {
    const content = (await readContent(evidence)).find(({ image }) => image === evidence.beside);
    if (content === undefined) return bad('it is the signature of another image');
    const elsewhere = otherRepository(content, require, subject);
    if (elsewhere !== undefined) return bad(`it is the signature of an image in ${elsewhere}`);
    const reasons: string[] = [];
    for (const signer of require.signers) {
      const why = await whyNot(evidence, content, signer);
      if (why === undefined) return { place, form, isGood: true, why: `signed by ${describeSigner(signer)}` };
      if (!reasons.includes(why)) reasons.push(why);
    }
    return bad(reasons.join('; '));
  } catch (error) {
    return bad(causeChain(error).join(': '));
  }
}

async function readContent(evidence: SignatureEvidence): Promise<readonly SignedContent[]> {
  if (evidence.kind === 'bundle') return (await import('./sigstore.ts')).readBundle(evidence);
  const { payload, signature } = evidence;
  return [readSimplePayload(Buffer.from(payload, 'base64'), Buffer.from(signature, 'base64'))];
}

function otherRepository(
  { repository }: SignedContent,
  { signedAs }: SignatureRequirement,
  subject: SignatureSubject,
): string | undefined {
  if (repository === undefined || signedAs === 'any') return undefined;
  const wanted = signedAs === 'same' ? subject.repository : signedAs.repository;
  return repository === wanted ? undefined : repository || 'no repository';
}

/** Undefined: it is this signer's. */
async function whyNot(
  evidence: SignatureEvidence,
  content: SignedContent,
  signer: TrustedSigner,
): Promise<string | undefined> {
  if (signer.kind === 'key') {
    const isTheirs = isSignedBy(signer.key, content.message, content.signature);
    return isTheirs ? undefined : `it is not signed by ${describeSigner(signer)}`;
  }
  try {
    (await import('./sigstore.ts')).verifyKeyless(evidence, content, signer);
    return undefined;
  } catch (error) {
    return causeChain(error).join(': ');
  }
}
