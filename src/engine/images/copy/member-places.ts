import { createHash } from 'node:crypto';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { type Digest, digestHex } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import {
  familiarImageReference,
  formatImageReference,
  type ImageReference,
} from '../../../model/image-reference.ts';
import type { Platform } from '../../../model/platform.ts';
import { imageName, refName } from '../content/image-names.ts';
import { readManifestDocument } from '../documents/manifest.ts';
import { isConfig, mediaType } from '../documents/media-types.ts';
import { selectPlatform } from '../documents/select-platform.ts';
import type { BlobTransfer, CopiedDocument, ImageDestination } from './image-places.ts';

/**
 * - `oci`: an OCI image layout (image-spec, image-layout.md)
 * - `docker-archive`: the same with `manifest.json`, as Docker's own `save` writes it since version 25
 * - `dir`: a flat folder, as skopeo's
 */
export type MemberFormat = 'oci' | 'docker-archive' | 'dir';

/** Takes the files of an archive or folder, one behind the other; whoever gave it makes a tar or files of them. */
export type MemberSink = (name: string, size: number, bytes: AsyncIterable<Uint8Array>) => Promise<void>;

/** What the copied image is to be called. */
export interface MemberLabel {
  /** As the user wrote it behind the path; absent = by the source's own name. */
  readonly label: string | undefined;
  readonly reference: ImageReference | undefined;
}

interface DockerEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/** Images as the members of one archive or folder. What goes out is verified on the way, and nothing goes out twice. */
export class MemberDestination implements ImageDestination {
  readonly blobsAtOnce = 1;
  readonly takesForeignLayers = true;
  readonly #format: MemberFormat;
  readonly #sink: MemberSink;
  readonly #platform: Platform;
  readonly #written = new Set<string>();
  readonly #documents = new Map<Digest, CopiedDocument>();
  readonly #named: Descriptor[] = [];
  readonly #docker: DockerEntry[] = [];
  #label: MemberLabel = { label: undefined, reference: undefined };
  #rootDigest: Digest | undefined;

  /** @param platform  whose image an index gives to who can read only one */
  constructor(format: MemberFormat, platform: Platform, sink: MemberSink) {
    this.#format = format;
    this.#platform = platform;
    this.#sink = sink;
  }

  /** The images that follow, until the next call, are one by this name. */
  begin(label: MemberLabel, root: Digest): void {
    this.#label = label;
    this.#rootDigest = root;
  }

  has(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async putBlob(blob: Descriptor, { open, onProgress, signal }: BlobTransfer): Promise<void> {
    const name = this.#format === 'dir' ? digestHex(blob.digest) : blobPath(blob.digest);
    if (this.#written.has(name)) return onProgress(blob.size);
    await this.#sink(name, blob.size, verified(blob, open(0, signal), onProgress));
    this.#written.add(name);
  }

  async putDocument(document: CopiedDocument): Promise<void> {
    const { digest } = document.descriptor;
    this.#documents.set(digest, document);
    const flatName = digest === this.#rootDigest ? 'manifest.json' : `${digestHex(digest)}.manifest.json`;
    await this.#write(this.#format === 'dir' ? flatName : blobPath(digest), document.bytes);
  }

  async name({ descriptor }: CopiedDocument): Promise<void> {
    const { label, reference } = this.#label;
    const annotations = label === undefined ? namesOf(reference) : { [refName]: label };
    const { digest, mediaType: type, size } = descriptor;
    const isNamed = Object.keys(annotations).length > 0;
    this.#named.push({ mediaType: type, digest, size, ...(isNamed ? { annotations } : {}) });
    if (this.#format === 'docker-archive') this.#describeForDocker(descriptor);
  }

  /** All images are in. */
  async finish(): Promise<void> {
    if (this.#format === 'dir')
      return this.#write('version', Buffer.from('Directory Transport Version: 1.1\n'));
    await this.#write('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
    await this.#write(
      'index.json',
      json({ schemaVersion: 2, mediaType: mediaType.index, manifests: this.#named }),
    );
    if (this.#format === 'docker-archive') await this.#write('manifest.json', json(this.#docker));
  }

  #describeForDocker(descriptor: Descriptor): void {
    const bytes = this.#documents.get(descriptor.digest)?.bytes;
    if (bytes === undefined) return;
    const document = readManifestDocument(bytes, `manifest ${descriptor.digest}`);
    if (document.kind === 'index') {
      const chosen = selectPlatform(document, this.#platform);
      if (chosen !== undefined) this.#describeForDocker(chosen);
      return;
    }
    // An artifact is nothing that docker could run.
    if (!isConfig(document.config.mediaType)) return;
    const { label, reference } = this.#label;
    const tag =
      label ?? (reference?.tag === undefined ? undefined : familiarImageReference(withoutDigest(reference)));
    this.#docker.push({
      Config: blobPath(document.config.digest),
      RepoTags: tag === undefined ? [] : [tag],
      Layers: document.layers.map(({ digest }) => blobPath(digest)),
    });
  }

  async #write(name: string, bytes: Buffer): Promise<void> {
    if (this.#written.has(name)) return;
    await this.#sink(name, bytes.length, once(bytes));
    this.#written.add(name);
  }
}

function namesOf(reference: ImageReference | undefined): Readonly<Record<string, string>> {
  if (reference?.tag === undefined) return {};
  return { [refName]: reference.tag, [imageName]: formatImageReference(withoutDigest(reference)) };
}

function withoutDigest({ digest: _, ...reference }: ImageReference): ImageReference {
  return reference;
}

function blobPath(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}

/** Nobody behind us compares. */
async function* verified(
  { digest, size }: Descriptor,
  bytes: AsyncIterable<Uint8Array>,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    count += chunk.length;
    onProgress(count);
    yield chunk;
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (count === size && actual === digest) return;
  const what = count === size ? `with the digest ${actual}` : `with ${count} of ${size} bytes`;
  throw new TsorchError<ErrorCode>('content.digest-mismatch', `blob ${digest} came ${what}`, {
    object: digest,
  });
}

function json(document: object): Buffer {
  return Buffer.from(JSON.stringify(document));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
