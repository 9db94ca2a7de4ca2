import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import { DocumentReader } from '../documents/document-reader.ts';
import { readDescriptor, readManifestDocument } from '../documents/manifest.ts';
import { mediaType } from '../documents/media-types.ts';

/** Where registries without the referrers API keep the list: a tag (distribution-spec, "Referrers Tag Schema"). */
export function referrersTag(digest: Digest): string {
  const [algorithm = '', encoded = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`;
}

/** @throws TsorchError `content.bad-document` */
export function readReferrers(bytes: Buffer, name: string): readonly Descriptor[] {
  const document = readManifestDocument(bytes, name, mediaType.index);
  return document.kind === 'index' ? document.manifests : [];
}

/** The list with one more; what others wrote into it stays as it is. Undefined = it is in there. */
export function addReferrer(bytes: Buffer | undefined, added: Descriptor, name: string): Buffer | undefined {
  const reader = new DocumentReader(name);
  const document =
    bytes === undefined ? { schemaVersion: 2, mediaType: mediaType.index } : reader.parse(bytes);
  const entries = reader.list(document['manifests'] ?? [], 'manifests');
  const isIn = entries.some(
    (entry, at) => readDescriptor(reader, entry, `manifests[${at}]`).digest === added.digest,
  );
  if (isIn) return undefined;
  return Buffer.from(JSON.stringify({ ...document, manifests: [...entries, added] }));
}

/** Whom a manifest or index refers to, and how the list of referrers describes it. Undefined = nobody. */
export function referrerOf(
  bytes: Buffer,
  { mediaType: type, digest, size }: Descriptor,
): { readonly subject: Digest; readonly entry: Descriptor } | undefined {
  const reader = new DocumentReader(`manifest ${digest}`);
  const document = reader.parse(bytes);
  const subject = reader.optionalObject(document['subject'], 'subject');
  if (subject === undefined) return undefined;
  const config = reader.optionalObject(document['config'], 'config');
  const artifactType =
    reader.optionalText(document['artifactType'], 'artifactType') ||
    reader.optionalText(config?.['mediaType'], 'config.mediaType');
  const annotations = reader.texts(document['annotations'], 'annotations');
  return {
    subject: reader.digest(subject['digest'], 'subject.digest'),
    entry: {
      mediaType: type,
      digest,
      size,
      ...(artifactType === undefined || artifactType === '' ? {} : { artifactType }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  };
}
