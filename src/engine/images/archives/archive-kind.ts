import { tarEntries } from './tar-entries.ts';

/**
 * - `layout`: an OCI image layout (image-spec, image-layout.md); Docker's own `save` of version 25 and later is one too
 * - `docker`: `manifest.json` with configs and layers, as older `docker save` writes it
 * - `rootfs`: anything else is the root of a file system
 */
export type ArchiveKind = 'layout' | 'docker' | 'rootfs';

/** Looks at the names only. */
export async function archiveKind(open: () => AsyncIterable<Uint8Array>): Promise<ArchiveKind> {
  const found = new Set<string>();
  for await (const { name, type } of tarEntries(open())) {
    if (type !== 'file') continue;
    found.add(name);
    if (found.has('oci-layout') && found.has('index.json')) return 'layout';
  }
  return found.has('manifest.json') ? 'docker' : 'rootfs';
}
