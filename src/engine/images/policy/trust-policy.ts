import type { KeyObject } from 'node:crypto';

/** What the trust file says, with everything that it names read and checked. */
export interface TrustPolicy {
  /** Path of the file, for messages. */
  readonly file: string;
  /** Over the file and all files that it names: a decision holds for as long as this stays. */
  readonly digest: string;
  /** For what no scope matches. */
  readonly fallback: TrustRule;
  readonly scopes: readonly TrustRule[];
}

export interface TrustRule {
  /** `registry.example`, `*.registry.example`, `registry.example/team/web`; `default` for the fallback. */
  readonly scope: string;
  readonly require: Requirement;
  /** Images that came in by `tsorch image import` need nothing else. */
  readonly acceptsImported: boolean;
}

export type Requirement =
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject' }
  /** The reference itself names a digest: whoever wrote it has chosen these very bytes. */
  | { readonly kind: 'digest' }
  | SignatureRequirement;

export interface SignatureRequirement {
  readonly kind: 'signature';
  /** One of them is enough. */
  readonly signers: readonly TrustedSigner[];
  /**
   * Which repository a signature may name, where it names one (cosign's older form does): the image's own, another one whose copy
   * this is, or any.
   */
  readonly signedAs: 'same' | 'any' | { readonly repository: string };
}

export type TrustedSigner = KeySigner | KeylessSigner;

export interface KeySigner {
  readonly kind: 'key';
  /** Path of the file. */
  readonly name: string;
  readonly key: KeyObject;
}

export interface KeylessSigner {
  readonly kind: 'keyless';
  /** Of the OpenID token, as the certificate says it; compared exactly. */
  readonly issuer: string;
  /** Who signed: an address or the URI of a workflow. A pattern fits the whole of it. */
  readonly subject: string | RegExp;
  readonly root: TrustedRootFile;
}

/** `trusted_root.json`: authorities, logs and their keys (sigstore's protobuf-specs). */
export interface TrustedRootFile {
  readonly name: string;
  readonly json: unknown;
}

/**
 * The policy in force. Looked up at each decision, so that a change of the file counts at once.
 *
 * @returns undefined when this node has none: every image may run
 * @throws TsorchError `trust.bad-policy` when there is one that cannot be read: nothing may start then
 */
export type TrustPolicySource = () => Promise<TrustPolicy | undefined>;

export function describeRequirement(require: Requirement): string {
  if (require.kind !== 'signature') return require.kind;
  return `signature of ${require.signers.map(describeSigner).join(' or ')}`;
}

export function describeSigner(signer: TrustedSigner): string {
  if (signer.kind === 'key') return `key ${signer.name}`;
  const { subject, issuer } = signer;
  return `${typeof subject === 'string' ? subject : `/${subject.source}/`} (by ${issuer})`;
}
