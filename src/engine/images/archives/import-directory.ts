import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { maxDocumentBytes } from '../documents/document-reader.ts';
import { readManifestDocument } from '../documents/manifest.ts';
import { type ArchiveImage, type ArchiveSource, type StageParts, storeBytes } from './archive-image.ts';
import { readSmall, skipBytes, tarEntries } from './tar-entries.ts';

/** skopeo's flat folder, as a tar: `manifest.json`, `<hex>.manifest.json` of what an index names, and blobs by their hex. */
export async function importDirectory(
  source: ArchiveSource,
  parts: StageParts,
): Promise<readonly ArchiveImage[]> {
  const { content, lease, signal } = parts;
  let root: Descriptor | undefined;
  for await (const entry of tarEntries(source.open())) {
    if (entry.type !== 'file') continue;
    if (entry.name.endsWith('manifest.json')) {
      const bytes = await readSmall(entry, maxDocumentBytes);
      const { mediaType } = readManifestDocument(bytes, entry.name);
      const stored = await storeBytes(parts, bytes, mediaType);
      if (entry.name === 'manifest.json') root = stored;
      continue;
    }
    const digest = `sha256:${entry.name}` as Digest;
    if (!isDigest(digest)) continue;
    lease.hold(digest);
    const open = (offset: number) => skipBytes(entry.body, offset);
    await content.ingestExpected({ digest, size: entry.size }, open, { signal });
  }
  if (root !== undefined) return [{ target: root, names: [] }];
  throw new TsorchError<ErrorCode>('image.bad-archive', 'the folder has no manifest.json');
}
