import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { DocumentReader, maxDocumentBytes } from '../documents/document-reader.ts';
import { readDescriptor } from '../documents/manifest.ts';
import type { ArchiveImage, ArchiveSource, StageParts } from './archive-image.ts';
import { readSmall, skipBytes, type TarEntry, tarEntries } from './tar-entries.ts';

const refName = 'org.opencontainers.image.ref.name';
/** Docker's and containerd's: the full name, where `ref.name` has only the tag. */
const imageName = 'io.containerd.image.name';

/** Every blob of an OCI layout is taken over as it is, each against the digest that its name promises. */
export async function importLayout(
  source: ArchiveSource,
  { content, lease, signal }: StageParts,
): Promise<readonly ArchiveImage[]> {
  let index: readonly Descriptor[] = [];
  for await (const entry of tarEntries(source.open())) {
    if (entry.type !== 'file') continue;
    if (entry.name === 'index.json') index = await readIndex(entry);
    const digest = blobDigest(entry.name);
    if (digest === undefined) continue;
    lease.hold(digest);
    const open = (offset: number) => skipBytes(entry.body, offset);
    await content.ingestExpected({ digest, size: entry.size }, open, { signal });
  }
  if (index.length > 0) return index.map(toImage);
  throw new TsorchError<ErrorCode>('image.bad-archive', 'the image layout names no image in its index.json');
}

async function readIndex(entry: TarEntry): Promise<readonly Descriptor[]> {
  const reader = new DocumentReader('index.json of the archive');
  const { manifests } = reader.parse(await readSmall(entry, maxDocumentBytes));
  return reader
    .list(manifests, 'manifests')
    .map((item, at) => readDescriptor(reader, item, `manifests[${at}]`));
}

function toImage({ annotations, ...target }: Descriptor): ArchiveImage {
  const name = annotations?.[imageName] ?? annotations?.[refName];
  const label = annotations?.[refName];
  return { target, names: name === undefined ? [] : [name], ...(label === undefined ? {} : { label }) };
}

function blobDigest(name: string): Digest | undefined {
  const digest = `sha256:${/^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1] ?? ''}`;
  return isDigest(digest) ? digest : undefined;
}
