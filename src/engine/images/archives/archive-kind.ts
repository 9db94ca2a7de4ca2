import { tarEntries } from './tar-entries.ts';

/**
 * - `layout`: an OCI image layout (image-spec, image-layout.md); Docker's own `save` of version 25 and later is one too
 * - `docker`: `manifest.json` with configs and layers, as older `docker save` writes it
 * - `dir`: skopeo's flat folder: `version`, `manifest.json`, blobs by their hex
 * - `rootfs`: anything else is the root of a file system
 */
export type ArchiveKind = 'layout' | 'docker' | 'dir' | 'rootfs';

/** Everything that layouts and `docker save` put into an archive. The root of a file system has other names soon. */
const imageMember =
  /^(?:|oci-layout|index\.json|manifest\.json|repositories|version|blobs(?:\/.*)?|[0-9a-f]{64}(?:\.json|\.manifest\.json|\.tar|\/.*)?)\/?$/;

/** Looks at the names only, and no further than needed. */
export async function archiveKind(data: AsyncIterable<Uint8Array>): Promise<ArchiveKind> {
  const found = new Set<string>();
  for await (const { name, type } of tarEntries(data)) {
    if (!imageMember.test(name)) return 'rootfs';
    if (type === 'file') found.add(name);
    if (found.has('oci-layout') && found.has('index.json')) return 'layout';
  }
  if (found.has('version') && found.has('manifest.json')) return 'dir';
  return found.has('manifest.json') ? 'docker' : 'rootfs';
}
