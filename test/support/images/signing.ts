import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTrustPolicy } from '../../../src/daemon/trust-policy-file.ts';
import {
  bundleType,
  signatureTag,
  simpleSigningType,
} from '../../../src/engine/images/policy/signature-evidence.ts';
import type { TrustPolicySource } from '../../../src/engine/images/policy/trust-policy.ts';
import type { Descriptor } from '../../../src/model/descriptor.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { digestOf, json } from './image-fixture.ts';
import { refuse } from './refusal.ts';
import type { TestRegistry } from './test-registry.ts';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Of the public key, PEM. */
  readonly file: string;
}

type KeyKind = 'p256' | 'p384' | 'ed25519' | 'rsa';

export function signingKey(kind: KeyKind = 'p256'): SigningKey {
  const pair = keyPair(kind);
  return { ...pair, file: keyFile(pair.publicKey) };
}

export function keyFile(key: KeyObject): string {
  const file = join(temporaryFolder(), 'signer.pub');
  writeFileSync(file, key.export({ type: 'spki', format: 'pem' }));
  return file;
}

function keyPair(kind: KeyKind): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return generateKeyPairSync('ec', { namedCurve: kind === 'p256' ? 'P-256' : 'P-384' });
}

/** As cosign signs with a key of that kind. */
export function signBytes(key: KeyObject, bytes: Buffer): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key);
}

/** What cosign's older form signs. */
export function simplePayload(image: string, repository: string): Buffer {
  return json({
    critical: {
      identity: { 'docker-reference': repository },
      image: { 'docker-manifest-digest': image },
      type: 'cosign container image signature',
    },
    optional: null,
  });
}

export interface TestSignature {
  readonly payload: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

export function simpleSignature(key: SigningKey, payload: Buffer): TestSignature {
  const signature = signBytes(key.privateKey, payload).toString('base64');
  return { payload, annotations: { 'dev.cosignproject.cosign/signature': signature } };
}

/** Puts signatures where cosign's older form keeps them; in place of those that are there. */
export function pushSimple(
  registry: TestRegistry,
  repository: string,
  of: { readonly beside: Digest; readonly signatures: readonly TestSignature[] },
): void {
  const layers = of.signatures.map(({ payload, annotations }) => ({
    ...describe(payload, simpleSigningType),
    annotations,
  }));
  const config = json({});
  const blobs = [config, ...of.signatures.map(({ payload }) => payload)];
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe(config, 'application/vnd.oci.image.config.v1+json'),
    layers,
  });
  push(registry, repository, { tag: signatureTag(of.beside), manifest, blobs });
}

/** Puts bundles beside an image: as referrers, by the tag that stands in for the API or by the API itself. */
export function pushBundles(
  registry: TestRegistry,
  repository: string,
  of: { readonly beside: Digest; readonly bundles: readonly object[]; readonly api?: boolean },
): void {
  const referrers = of.bundles.map((bundle) => {
    const [config, blob] = [json({}), json(bundle)];
    const manifest = json({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: bundleType,
      config: describe(config, 'application/vnd.oci.empty.v1+json'),
      layers: [describe(blob, bundleType)],
      subject: { mediaType: manifestType, digest: of.beside, size: 1 },
    });
    push(registry, repository, { tag: digestOf(manifest), manifest, blobs: [config, blob] });
    return { ...describe(manifest, manifestType), artifactType: bundleType };
  });
  const index = json({ schemaVersion: 2, mediaType: indexType, manifests: referrers });
  if (of.api) serveReferrers(registry, repository, index);
  else registry.addDocument(repository, of.beside.replace(':', '-'), describe(index, indexType), index);
}

/** The referrers API, with whatever answer the test wants. */
export function serveReferrers(registry: TestRegistry, repository: string, body: Buffer): void {
  registry.faults.push({
    on: new RegExp(`^GET /v2/${repository}/referrers/`),
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': indexType, 'content-length': body.length });
      response.end(body);
    },
  });
}

export function refuseAll(registry: TestRegistry, on: RegExp, status = 503): void {
  registry.faults.push({ on, answer: (_, response) => refuse(response, { status, code: 'UNAVAILABLE' }) });
}

/** A statement in an envelope, as cosign 3 makes it. */
export function statement(image: string, predicateType = 'https://sigstore.dev/cosign/sign/v1'): Buffer {
  return json({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: image.replace('sha256:', '') } }],
    predicateType,
    predicate: {},
  });
}

export function preAuthEncoding(payload: Buffer, type = statementType): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}

export const statementType = 'application/vnd.in-toto+json';

export function envelopeBundle(
  payload: Buffer,
  signature: Buffer,
  material: object = { publicKey: { hint: 'any' }, tlogEntries: [] },
): object {
  return {
    mediaType: bundleType,
    dsseEnvelope: {
      payloadType: statementType,
      payload: payload.toString('base64'),
      signatures: [{ sig: signature.toString('base64'), keyid: '' }],
    },
    verificationMaterial: { timestampVerificationData: { rfc3161Timestamps: [] }, ...material },
  };
}

export function messageBundle(message: Buffer, signature: Buffer): object {
  return {
    mediaType: bundleType,
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: sha256(message).toString('base64') },
      signature: signature.toString('base64'),
    },
    verificationMaterial: { publicKey: { hint: 'any' }, tlogEntries: [] },
  };
}

/** A policy file with these rules; keys of scopes are as in trust.yaml. */
export function policyOf(document: object): TrustPolicySource {
  const file = policyFile(document);
  return () => readTrustPolicy(file);
}

export function policyFile(document: object): string {
  const file = join(temporaryFolder(), 'trust.yaml');
  writeFileSync(file, JSON.stringify(document)); // JSON is YAML
  return file;
}

export function describe(bytes: Buffer, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

export function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

function push(
  registry: TestRegistry,
  repository: string,
  of: { readonly tag: string; readonly manifest: Buffer; readonly blobs: readonly Buffer[] },
): void {
  const manifest = describe(of.manifest, manifestType);
  const blobs = new Map([...of.blobs, of.manifest].map((bytes) => [digestOf(bytes), bytes]));
  registry.add(repository, of.tag, { manifest, config: manifest, layers: [], diffIds: [], blobs });
}

/** An image and its signatures as cosign has left them in a registry (test/fixtures/trust). */
export interface CosignFixture {
  /** As which it was signed. */
  readonly repository: string;
  readonly image: Digest;
  readonly publicKey: string;
  /** By tag or digest. */
  readonly documents: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
  readonly blobs: readonly string[];
}

/** The image, and of the signatures those documents whose name fits. */
export function serveFixture(
  registry: TestRegistry,
  repository: string,
  { documents, blobs }: CosignFixture,
  kept: RegExp,
): void {
  const bytes = blobs.map((text) => Buffer.from(text));
  for (const [tag, { type, text }] of Object.entries(documents)) {
    if (tag !== '1' && !kept.test(tag)) continue;
    const document = describe(Buffer.from(text), type);
    const all = new Map([...bytes, Buffer.from(text)].map((blob) => [digestOf(blob), blob]));
    registry.add(repository, tag, {
      manifest: document,
      config: document,
      layers: [],
      diffIds: [],
      blobs: all,
    });
  }
}
