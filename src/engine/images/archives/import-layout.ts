import { TsorchError } from '../../../lib/errors.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { type Descriptor, descriptor, largestDocument, parseJsonObject } from '../documents.ts';
import type { ArchiveSource, ImportedImage, ImportParts } from './imported-image.ts';
import { readSmall, tarEntries } from './tar-entries.ts';

const refName = 'org.opencontainers.image.ref.name';
/** Docker's and containerd's: the full name, where `ref.name` has only the tag. */
const imageName = 'io.containerd.image.name';

/** Every blob of an OCI layout is taken over as it is, each against the digest that its name promises. */
export async function importLayout(
  source: ArchiveSource,
  { content, signal }: ImportParts,
): Promise<readonly ImportedImage[]> {
  let index: readonly Descriptor[] = [];
  for await (const entry of tarEntries(source.open())) {
    const digest = blobDigest(entry.name);
    if (entry.type !== 'file') continue;
    if (digest !== undefined) {
      await content.ingestExpected({ digest, size: entry.size }, () => entry.body, { signal });
    } else if (entry.name === 'index.json') {
      const { manifests } = parseJsonObject(await readSmall(entry, largestDocument), 'index.json');
      index = Array.isArray(manifests) ? manifests.map(descriptor) : [];
    }
  }
  if (index.length === 0)
    throw new TsorchError<ErrorCode>(
      'image.bad-archive',
      'the image layout names no image in its index.json',
    );
  return index.map(({ annotations, ...target }) => {
    const name = annotations?.[imageName] ?? annotations?.[refName];
    return { target, names: name === undefined ? [] : [name] };
  });
}

function blobDigest(name: string): Digest | undefined {
  const match = /^blobs\/(sha256)\/([0-9a-f]{64})$/.exec(name);
  const digest = match === null ? '' : `${match[1]}:${match[2]}`;
  return isDigest(digest) ? digest : undefined;
}
