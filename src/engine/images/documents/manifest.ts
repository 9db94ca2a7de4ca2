import type { Descriptor } from '../../../model/descriptor.ts';
import { DocumentReader, type JsonObject } from './document-reader.ts';
import { isIndex, isManifest, isSchema1, mediaType } from './media-types.ts';
import { readPlatform } from './platform-field.ts';

/** image-spec, manifest.md; Docker's schema 2 reads the same. */
export interface ImageManifest {
  readonly kind: 'manifest';
  /** What it says it is, else what was promised, else what it looks like. */
  readonly mediaType: string;
  readonly config: Descriptor;
  /** Lowest first. */
  readonly layers: readonly Descriptor[];
}

/** image-spec, image-index.md; Docker's manifest list reads the same. */
export interface ImageIndex {
  readonly kind: 'index';
  /** As of a manifest. */
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

export type ManifestDocument = ImageManifest | ImageIndex;

const maxLayers = 500;
const maxManifests = 10_000;

/**
 * Reads a manifest or an index. `type` is what was promised (Content-Type, descriptor); the body must not say something
 * else, and must not be readable as both kinds: two readers could see two images (CVE-2021-41190).
 *
 * @param name  how messages call it
 * @throws TsorchError `content.bad-document`
 */
export function readManifestDocument(bytes: Uint8Array, name: string, type?: string): ManifestDocument {
  const reader = new DocumentReader(name);
  const document = reader.parse(bytes);
  const declared = reader.optionalText(document['mediaType'], 'mediaType');
  if (declared !== undefined && type !== undefined && declared !== type)
    throw reader.problem(`calls itself ${declared}, but was announced as ${type}`);
  const actual = declared ?? type ?? guessType(document);
  if (isSchema1(actual) || document['schemaVersion'] === 1)
    throw reader.problem("has Docker's schema 1, which nobody should use any more");
  if (document['schemaVersion'] !== 2) throw reader.problem('has no schemaVersion 2');
  if (isIndex(actual)) return readIndex(reader, document, actual);
  if (isManifest(actual)) return readManifest(reader, document, actual);
  throw reader.problem(`has the media type ${actual}, which is no image's`);
}

function guessType(document: JsonObject): string {
  return document['manifests'] === undefined ? mediaType.manifest : mediaType.index;
}

function readManifest(reader: DocumentReader, document: JsonObject, type: string): ImageManifest {
  if (document['manifests'] !== undefined) throw reader.problem('is a manifest and an index at once');
  const layers = reader.list(document['layers'], 'layers');
  if (layers.length > maxLayers) throw reader.problem(`has more than ${maxLayers} layers`);
  return {
    kind: 'manifest',
    mediaType: type,
    config: readDescriptor(reader, document['config'], 'config'),
    layers: layers.map((layer, at) => readDescriptor(reader, layer, `layers[${at}]`)),
  };
}

function readIndex(reader: DocumentReader, document: JsonObject, type: string): ImageIndex {
  if (document['layers'] !== undefined || document['config'] !== undefined)
    throw reader.problem('is a manifest and an index at once');
  const manifests = reader.list(document['manifests'], 'manifests');
  if (manifests.length > maxManifests) throw reader.problem(`names more than ${maxManifests} manifests`);
  return {
    kind: 'index',
    mediaType: type,
    manifests: manifests.map((manifest, at) => readDescriptor(reader, manifest, `manifests[${at}]`)),
  };
}

export function readDescriptor(reader: DocumentReader, value: unknown, field: string): Descriptor {
  const document = reader.object(value, field);
  const platform = readPlatform(reader, document['platform'], `${field}.platform`);
  const artifactType = reader.optionalText(document['artifactType'], `${field}.artifactType`);
  return {
    mediaType: reader.text(document['mediaType'], `${field}.mediaType`),
    digest: reader.digest(document['digest'], `${field}.digest`),
    size: reader.size(document['size'], `${field}.size`),
    ...(document['annotations'] === undefined || document['annotations'] === null
      ? {}
      : { annotations: reader.texts(document['annotations'], `${field}.annotations`) }),
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
  };
}
