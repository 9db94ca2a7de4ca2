import { join } from 'node:path';
import { TsorchError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../model/error-code.ts';

/** Folders of the node that hold containers; a part of NodePaths (config/paths.ts). */
export interface ContainerFolders {
  readonly containers: string;
  readonly bundles: string;
  readonly shims: string;
}

/** Where the parts of one container are (architecture.md section 5, schemas/protocol). */
export interface ContainerPaths {
  readonly directory: string;
  readonly spec: string;
  readonly log: string;
  readonly bundle: string;
  readonly shimSocket: string;
  readonly shimState: string;
}

/** @throws TsorchError `container.not-found` for what is no id: it must never become a path */
export function containerPaths(folders: ContainerFolders, id: string): ContainerPaths {
  if (!isContainerId(id)) {
    throw new TsorchError<ErrorCode>('container.not-found', `"${id}" is not the id of a container`);
  }
  const directory = join(folders.containers, id);
  return {
    directory,
    spec: join(directory, 'spec.json'),
    log: join(directory, 'log'),
    bundle: join(folders.bundles, id),
    shimSocket: join(folders.shims, id, 'sock'),
    shimState: join(folders.shims, id, 'state.json'),
  };
}

export function isContainerId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
