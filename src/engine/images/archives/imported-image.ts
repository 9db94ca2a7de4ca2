import type { ContentStore, StoredContent } from '../content/content-store.ts';
import type { Descriptor } from '../documents.ts';
import type { LayerUnpacker } from '../layer-unpacker.ts';

/** An archive that can be read more than once. */
export interface ArchiveSource {
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface ImportParts {
  readonly content: ContentStore;
  readonly layers: LayerUnpacker;
  readonly signal?: AbortSignal | undefined;
}

export interface ImportedImage {
  /** Names that the archive gives it, full. */
  readonly names: readonly string[];
  /** Of the manifest, or of an index of manifests. */
  readonly target: Descriptor;
}

/** Stores a JSON document that we made. */
export async function storeDocument(
  { content }: Pick<ImportParts, 'content'>,
  document: object,
  mediaType: string,
): Promise<Descriptor> {
  const stored: StoredContent = await content.ingest(once(Buffer.from(JSON.stringify(document))));
  return { mediaType, ...stored };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
