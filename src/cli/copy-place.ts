import { createReadStream, statSync } from 'node:fs';
import { TsorchError } from '../lib/errors.ts';
import { type ArchiveWriter, FolderWriter, TarFileWriter } from './archive-writer.ts';
import { tarDirectory } from './tar-directory.ts';

/** A transport of `tsorch image copy`, by skopeo's names. */
export interface CopyPlace {
  /** What the daemon is told: `docker://nginx`, `store:nginx`, `archive:x`, `oci:x` ... */
  readonly text: string;
  /** Files of ours, which the daemon never opens. */
  readonly path?: string;
}

const localForms: Readonly<Record<string, string>> = {
  oci: 'oci',
  'oci-archive': 'oci',
  'docker-archive': 'docker-archive',
  dir: 'dir',
};

/** @param isSource  an archive's form is seen from its bytes */
export function parseCopyPlace(text: string, isSource: boolean): CopyPlace {
  const [, transport = '', rest = ''] = /^([a-z-]+):(.*)$/s.exec(text) ?? [];
  const form = localForms[transport];
  if (form === undefined) return { text };
  const colon = transport === 'dir' ? -1 : rest.indexOf(':');
  const path = colon < 0 ? rest : rest.slice(0, colon);
  if (path === '')
    throw new TsorchError('usage.bad-argument', `"${text}" names no path`, {
      hint: `write ${transport}:PATH${transport === 'dir' ? '' : '[:NAME]'}`,
    });
  return { text: `${isSource ? 'archive' : form}:${colon < 0 ? '' : rest.slice(colon + 1)}`, path };
}

/** The bytes of an archive, or of a folder as a tar. */
export function openArchive(path: string): AsyncIterable<Buffer> {
  if (path === '-') return process.stdin;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new TsorchError('image.bad-archive', `there is no file ${path}`, { hint: 'check the path' });
  return stat.isDirectory() ? tarDirectory(path) : createReadStream(path, { highWaterMark: 1 << 20 });
}

/** @param text  as the user wrote the destination */
export function archiveWriter(text: string, path: string): ArchiveWriter {
  const isFolder = text.startsWith('oci:') || text.startsWith('dir:');
  return isFolder ? new FolderWriter(path) : new TarFileWriter(path);
}
