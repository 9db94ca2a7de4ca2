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
  // Every look asks for them, for every container: the parts are clean, so nothing is left for `path.join` to do.
  const directory = `${folders.containers}/${id}`;
  return {
    directory,
    spec: `${directory}/spec.json`,
    log: `${directory}/log`,
    bundle: `${folders.bundles}/${id}`,
    shimSocket: `${folders.shims}/${id}/sock`,
    shimState: `${folders.shims}/${id}/state.json`,
  };
}

export function isContainerId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
