import { TsorchError } from '../../../lib/errors.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import type { StoredContent } from '../content/content-store.ts';
import { type Descriptor, largestDocument } from '../documents.ts';
import { parseImageConfig } from '../image-config.ts';
import { ociConfig, ociLayer, ociManifest } from '../media-types.ts';
import { type ArchiveSource, type ImportedImage, type ImportParts, storeDocument } from './imported-image.ts';
import { readSmall, tarEntries } from './tar-entries.ts';

interface DockerImage {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/**
 * `docker save` before version 25: `manifest.json` names the members that are configs and layers. Names are only compared
 * with each other. Digests change by nature: the manifest is ours.
 */
export async function importDockerArchive(
  source: ArchiveSource,
  parts: ImportParts,
): Promise<readonly ImportedImage[]> {
  const images = await readManifest(source);
  const wanted = new Set(images.flatMap(({ Config, Layers }) => [Config, ...Layers]));
  const members = await takeMembers(source, wanted, parts);
  return Promise.all(images.map((image) => assemble(image, members, parts)));
}

async function readManifest(source: ArchiveSource): Promise<readonly DockerImage[]> {
  for await (const entry of tarEntries(source.open())) {
    if (entry.name !== 'manifest.json') continue;
    const images: unknown = JSON.parse((await readSmall(entry, largestDocument)).toString('utf8'));
    if (Array.isArray(images) && images.every(isDockerImage)) return images;
  }
  throw broken('its manifest.json is missing or broken');
}

function isDockerImage(value: unknown): value is DockerImage {
  const { Config, Layers, RepoTags } = (value ?? {}) as Record<string, unknown>;
  const isTexts = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string');
  return typeof Config === 'string' && isTexts(Layers) && (RepoTags == null || isTexts(RepoTags));
}

/** Layers that several images share may be links to one member. */
async function takeMembers(
  source: ArchiveSource,
  wanted: ReadonlySet<string>,
  { content, signal }: ImportParts,
): Promise<ReadonlyMap<string, StoredContent>> {
  const members = new Map<string, StoredContent>();
  for await (const entry of tarEntries(source.open()))
    if (wanted.has(entry.name) && entry.type === 'file')
      members.set(entry.name, await content.ingest(entry.body, { signal }));
  return members;
}

async function assemble(
  image: DockerImage,
  members: ReadonlyMap<string, StoredContent>,
  parts: ImportParts,
): Promise<ImportedImage> {
  const configBlob = member(members, image.Config);
  const document = await parts.content.read(configBlob.digest);
  const { diffIds } = parseImageConfig(document ?? Buffer.alloc(0));
  if (diffIds.length !== image.Layers.length) throw broken('its configuration does not fit its layers');
  const layers = image.Layers.map((name, index): Descriptor => layerOf(members, name, diffIds[index]));
  const config: Descriptor = { mediaType: ociConfig, ...configBlob };
  const manifest = { schemaVersion: 2, mediaType: ociManifest, config, layers };
  return { names: image.RepoTags ?? [], target: await storeDocument(parts, manifest, ociManifest) };
}

/** Layers are uncompressed in this format, so a layer that is only linked to is found by its diffID. */
function layerOf(
  members: ReadonlyMap<string, StoredContent>,
  name: string,
  diffId: Digest | undefined,
): Descriptor {
  const linked = [...members.values()].find(({ digest }) => digest === diffId);
  return { mediaType: ociLayer, ...(members.get(name) ?? linked ?? member(members, name)) };
}

function member(members: ReadonlyMap<string, StoredContent>, name: string): StoredContent {
  const found = members.get(name);
  if (found === undefined) throw broken(`it has no member ${name}`);
  return found;
}

function broken(why: string): TsorchError<ErrorCode> {
  return new TsorchError('image.bad-archive', `the archive is no image of docker save: ${why}`);
}
