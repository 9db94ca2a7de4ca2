import type { Digest } from '../../../model/digest.ts';

/**
 * A signature as it was found, with all that is needed to check it without a network. Found is not believed: it is checked again
 * whenever the policy has changed. Plain JSON, kept beside the image.
 */
export type SignatureEvidence = SimpleSigningEvidence | BundleEvidence;

/** cosign's older form: a payload that names the image, its signature and certificate in annotations. */
export interface SimpleSigningEvidence {
  readonly kind: 'simple-signing';
  /** Manifest or index beside which it was found. */
  readonly beside: Digest;
  /** `tag sha256-….sig, layer 2`, for messages. */
  readonly place: string;
  /** Base64, as all bytes here. */
  readonly payload: string;
  readonly signature: string;
  /** PEM. */
  readonly certificate?: string;
  /** Entry of the transparency log, as cosign writes it. */
  readonly logEntry?: string;
  /** RFC 3161, as cosign writes it. */
  readonly timestamp?: string;
}

/** A sigstore bundle that refers to the image. */
export interface BundleEvidence {
  readonly kind: 'bundle';
  readonly beside: Digest;
  readonly place: string;
  readonly json: string;
  /** Of the manifest or index beside which it was found: a message signature is over these bytes. Base64. */
  readonly subject: string;
}

/** Of one image; more is somebody who wants to keep us busy (CVE-2024-29902, CVE-2024-29903). */
export const maxSignatures = 64;
/** Of a payload, a bundle, an annotation. */
export const maxSignatureBytes = 1 << 20;

export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const simpleSigningType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** Where cosign keeps the signatures of a manifest in its older form. */
export function signatureTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.sig`;
}
