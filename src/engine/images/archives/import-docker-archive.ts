import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { ContentKey } from '../content/content-store.ts';
import { readConfigDocument } from '../documents/config-document.ts';
import { DocumentReader, maxDocumentBytes } from '../documents/document-reader.ts';
import { mediaType } from '../documents/media-types.ts';
import { type ArchiveImage, type ArchiveSource, type StageParts, storeDocument } from './archive-image.ts';
import { readSmall, tarEntries } from './tar-entries.ts';

interface DockerImage {
  readonly config: string;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

type Members = ReadonlyMap<string, ContentKey>;

/**
 * `docker save` before version 25: `manifest.json` names the members that are configs and layers. Names are only compared
 * with each other. Digests change by nature: the manifest is ours.
 */
export async function importDockerArchive(
  source: ArchiveSource,
  parts: StageParts,
): Promise<readonly ArchiveImage[]> {
  const images = await readManifest(source);
  const wanted = new Set(images.flatMap(({ config, layers }) => [config, ...layers]));
  const members = await takeMembers(source, wanted, parts);
  return Promise.all(images.map((image) => assemble(image, members, parts)));
}

async function readManifest(source: ArchiveSource): Promise<readonly DockerImage[]> {
  for await (const entry of tarEntries(source.open())) {
    if (entry.name !== 'manifest.json') continue;
    const text = await readSmall(entry, maxDocumentBytes);
    const reader = new DocumentReader('manifest.json of the archive');
    // The document is a list, and the reader takes objects.
    const { images } = reader.parse(Buffer.concat([Buffer.from('{"images":'), text, Buffer.from('}')]));
    return reader.list(images, 'the document').map((item, at) => {
      const image = reader.object(item, `[${at}]`);
      return {
        config: reader.text(image['Config'], `[${at}].Config`),
        tags: reader.optionalTexts(image['RepoTags'], `[${at}].RepoTags`) ?? [],
        layers: reader.optionalTexts(image['Layers'], `[${at}].Layers`) ?? [],
      };
    });
  }
  throw broken('it has no manifest.json');
}

async function takeMembers(
  source: ArchiveSource,
  wanted: ReadonlySet<string>,
  { content, lease, signal }: StageParts,
): Promise<Members> {
  const members = new Map<string, ContentKey>();
  for await (const entry of tarEntries(source.open())) {
    if (entry.type !== 'file' || !wanted.has(entry.name)) continue;
    const stored = await content.ingest(entry.body, { signal });
    lease.hold(stored.digest);
    members.set(entry.name, stored);
  }
  return members;
}

async function assemble(image: DockerImage, members: Members, parts: StageParts): Promise<ArchiveImage> {
  const configBlob = requireMember(members, image.config);
  const bytes = await parts.content.read(configBlob.digest);
  const { diffIds } = readConfigDocument(bytes ?? Buffer.alloc(0), image.config);
  if (diffIds.length !== image.layers.length) throw broken('its configuration does not fit its layers');
  const layers = image.layers.map((name, at) => layerOf(members, name, diffIds[at]));
  const config: Descriptor = { mediaType: mediaType.config, ...configBlob };
  const manifest = { schemaVersion: 2, mediaType: mediaType.manifest, config, layers };
  return { names: image.tags, target: await storeDocument(parts, manifest, mediaType.manifest) };
}

/** Layers are uncompressed here, so one that is only a link to another member is found by its diffID. */
function layerOf(members: Members, name: string, diffId: Digest | undefined): Descriptor {
  const linked = [...members.values()].find(({ digest }) => digest === diffId);
  return { mediaType: mediaType.layerTar, ...(members.get(name) ?? linked ?? requireMember(members, name)) };
}

function requireMember(members: Members, name: string): ContentKey {
  const found = members.get(name);
  if (found !== undefined) return found;
  throw broken(`it has no member ${name}`);
}

function broken(why: string): TsorchError<ErrorCode> {
  return new TsorchError('image.bad-archive', `the archive is no image of docker save: ${why}`);
}
