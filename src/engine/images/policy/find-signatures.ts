import { createHash } from 'node:crypto';
import type { CallOptions } from '../../../lib/abort.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ImageReference } from '../../../model/image-reference.ts';
import { type ImageManifest, readManifestDocument } from '../documents/manifest.ts';
import type { RegistryClient } from '../registry/registry-client.ts';
import {
  bundleType,
  maxSignatureBytes,
  maxSignatures,
  type SignatureEvidence,
  signatureTag,
  simpleSigningType,
} from './signature-evidence.ts';

/** The registry, as far as signatures need it. */
export type SignatureSource = Pick<RegistryClient, 'fetchDocument' | 'fetchBlob' | 'catalog'>;

export interface SignatureSearch extends CallOptions {
  readonly source: SignatureSource;
  readonly reference: ImageReference;
  /** Documents that lead to the image, the image itself included: a signature of an index covers what it names. */
  readonly subjects: readonly SignedSubject[];
}

export interface SignedSubject {
  readonly digest: Digest;
  readonly bytes: Buffer;
}

export interface FoundSignatures {
  readonly evidence: readonly SignatureEvidence[];
  /** What was there and could not be used. */
  readonly problems: readonly string[];
}

/**
 * Everything beside an image that may be its signature, in both forms that cosign writes. What cannot be read is told and left
 * out: it is not worth less than nothing.
 *
 * @throws TsorchError `registry.*` when it could not be looked for
 */
export async function findSignatures(search: SignatureSearch): Promise<FoundSignatures> {
  const evidence: SignatureEvidence[] = [];
  const problems: string[] = [];
  for (const subject of search.subjects) {
    for (const look of [findBundles, findSimpleSigning]) {
      for await (const found of look(search, subject)) {
        if (typeof found === 'string') problems.push(found);
        else evidence.push(found);
        if (evidence.length + problems.length < maxSignatures) continue;
        return {
          evidence,
          problems: [...problems, `more than ${maxSignatures} signatures are not looked at`],
        };
      }
    }
  }
  return { evidence, problems };
}

type Finding = SignatureEvidence | string;

async function* findBundles(search: SignatureSearch, subject: SignedSubject): AsyncGenerator<Finding> {
  const { source, reference, signal } = search;
  const { digest } = subject;
  for (const referrer of await source.catalog.referrers(reference, digest, { signal })) {
    if (!mayBeBundle(referrer)) continue;
    const place = `referrer ${referrer.digest}`;
    yield await unlessUseless(place, async () => {
      const [layer] = (await fetchArtifact(search, referrer)).layers;
      if (layer?.mediaType !== bundleType) return `${place}: holds no sigstore bundle`;
      const json = (await fetchSmall(search, layer)).toString('utf8');
      return { kind: 'bundle', beside: digest, place, json, subject: subject.bytes.toString('base64') };
    });
  }
}

/** cosign 2 writes the type of the empty configuration into the list that stands in for the referrers API; others leave it out. */
function mayBeBundle({ artifactType }: Descriptor): boolean {
  return [bundleType, emptyType, undefined].includes(artifactType);
}

const emptyType = 'application/vnd.oci.empty.v1+json';

async function* findSimpleSigning(
  search: SignatureSearch,
  { digest }: SignedSubject,
): AsyncGenerator<Finding> {
  const tag = signatureTag(digest);
  const { domain, path } = search.reference;
  const manifest = await fetchTagged(search, { domain, path, tag });
  if (manifest === undefined) return;
  if (typeof manifest === 'string') {
    yield manifest;
    return;
  }
  for (const [at, layer] of manifest.layers.entries()) {
    if (layer.mediaType !== simpleSigningType) continue;
    const place = `tag ${tag}, layer ${at + 1}`;
    yield await unlessUseless(place, async () => readSimpleSigning(search, layer, { beside: digest, place }));
  }
}

async function readSimpleSigning(
  search: SignatureSearch,
  layer: Descriptor,
  where: { readonly beside: Digest; readonly place: string },
): Promise<Finding> {
  const annotations = layer.annotations ?? {};
  const signature = annotations['dev.cosignproject.cosign/signature'];
  if (signature === undefined || signature === '') return `${where.place}: has no signature`;
  const certificate = annotations['dev.sigstore.cosign/certificate'];
  const logEntry = annotations['dev.sigstore.cosign/bundle'];
  const timestamp = annotations['dev.sigstore.cosign/rfc3161timestamp'];
  return {
    kind: 'simple-signing',
    ...where,
    payload: (await fetchSmall(search, layer)).toString('base64'),
    signature,
    ...(certificate === undefined ? {} : { certificate }),
    ...(logEntry === undefined ? {} : { logEntry }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

async function fetchTagged(
  { source, signal }: SignatureSearch,
  reference: ImageReference,
): Promise<ImageManifest | string | undefined> {
  try {
    const { bytes } = await source.fetchDocument(reference, {}, { signal });
    return requireArtifact(bytes, `the signatures at tag ${reference.tag}`);
  } catch (error) {
    if (!(error instanceof TsorchError)) throw error;
    if (error.code === 'image.not-found') return undefined;
    if (isAboutContent(error)) return error.message;
    throw error;
  }
}

async function fetchArtifact(
  { source, reference, signal }: SignatureSearch,
  { digest }: Descriptor,
): Promise<ImageManifest> {
  const { bytes } = await source.fetchDocument(reference, { digest }, { signal });
  return requireArtifact(bytes, `referrer ${digest}`);
}

function requireArtifact(bytes: Buffer, name: string): ImageManifest {
  if (bytes.length > 4 * maxSignatureBytes) throw tooLarge(name);
  const document = readManifestDocument(bytes, name);
  if (document.kind === 'manifest') return document;
  throw new TsorchError('content.bad-document', `${name} is an index`);
}

/** @throws TsorchError `content.*`: another digest, or more bytes than a signature has */
async function fetchSmall({ source, reference, signal }: SignatureSearch, blob: Descriptor): Promise<Buffer> {
  if (blob.size > maxSignatureBytes) throw tooLarge(`blob ${blob.digest}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source.fetchBlob(reference, blob, { signal })) {
    size += chunk.length;
    if (size > maxSignatureBytes) throw tooLarge(`blob ${blob.digest}`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (digest === blob.digest) return bytes;
  throw new TsorchError('content.digest-mismatch', `blob ${blob.digest} came with the digest ${digest}`);
}

function tooLarge(name: string): TsorchError {
  return new TsorchError('content.bad-document', `${name} is larger than a signature`);
}

/** One that is broken or gone must not hide the others; a registry that does not answer is another matter. */
async function unlessUseless(place: string, read: () => Promise<Finding>): Promise<Finding> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TsorchError && isAboutContent(error)) return `${place}: ${error.message}`;
    throw error;
  }
}

function isAboutContent({ code }: TsorchError): boolean {
  return code.startsWith('content.') || code === 'image.not-found';
}
