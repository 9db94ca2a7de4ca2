import { mkdirSync, statSync } from 'node:fs';
import type { CallOptions } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { Mount } from '../../model/stack.ts';
import type { ContainerImages } from '../images/container-images.ts';
import type { NetworkDriver } from '../network/network-driver.ts';
import type { VolumeDriver } from '../volumes/volume-driver.ts';
import type { OciRuntime } from './bundle/shim-config.ts';
import { writeBundle } from './bundle/write-bundle.ts';
import { type ContainerFolders, containerPaths } from './container-paths.ts';
import { findRuntime } from './find-runtime.ts';

export interface PartMakers {
  readonly folders: ContainerFolders;
  readonly images: ContainerImages;
  readonly network: NetworkDriver;
  readonly volumes: VolumeDriver;
  /** Other OCI runtimes of the node by name. */
  readonly runtimes: ReadonlyMap<string, OciRuntime>;
  readonly cgroupParent: string;
}

/** Makes or completes everything of a container but its spec; what can be refused without a trace comes first. */
export async function makeParts(
  makers: PartMakers,
  spec: ContainerSpec,
  { signal }: CallOptions,
): Promise<void> {
  const { folders, images, network, cgroupParent } = makers;
  const { runtime: name } = spec.definition;
  const runtime = name === undefined ? undefined : findRuntime(makers.runtimes, name);
  const image = await images.open(spec.image.manifest, { signal });
  const volumeDirectories = await findVolumes(makers.volumes, spec);
  for (const mount of spec.definition.mounts) if (mount.kind === 'bind') prepareSource(mount);
  const isOnHost = spec.definition.network.kind === 'host';
  const attachment = isOnHost ? undefined : await network.attach(spec, { signal });
  const paths = containerPaths(folders, spec.id);
  // The shim makes the rest below it; the log is there from the first, for who follows it.
  mkdirSync(paths.log, { recursive: true, mode: 0o700 });
  writeBundle({
    spec,
    image,
    directory: paths.bundle,
    cgroupParent,
    netns: attachment?.netns,
    interfaces: attachment?.interfaces ?? [],
    volumeDirectories,
    runtime,
  });
}

async function findVolumes(volumes: VolumeDriver, spec: ContainerSpec): Promise<Record<string, string>> {
  const keys = spec.definition.mounts.flatMap((mount) => (mount.kind === 'volume' ? [mount.volume] : []));
  const directories = keys.map(
    async (key) => [key, await volumes.directory(spec.volumes[key] ?? key)] as const,
  );
  return Object.fromEntries(await Promise.all(directories));
}

/** A missing socket is never made: a directory in its place would keep its program from making it (Docker's trap). */
function prepareSource({ source, createSource }: Extract<Mount, { kind: 'bind' }>): void {
  if (statSync(source, { throwIfNoEntry: false }) !== undefined) return;
  if (createSource && !source.endsWith('.sock')) {
    mkdirSync(source, { recursive: true });
    return;
  }
  throw new TsorchError<ErrorCode>('volume.bad-source', `the bind source ${source} does not exist`, {
    object: source,
  });
}
