import { posix } from 'node:path';
import type { Mount } from '../../../model/stack.ts';
import type { OciMount } from './oci-config.ts';

/** Runtime-spec's default file systems, with Docker's options. */
const defaultMounts: readonly OciMount[] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=67108864'],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'],
  },
];

export interface MountSources {
  readonly mounts: readonly Mount[];
  /** Key of a named volume -> directory on the host. */
  readonly volumeDirectories: Readonly<Record<string, string>>;
  /** `/etc/hosts` -> file on the host. */
  readonly hostFiles: Readonly<Record<string, string>>;
  readonly isRootReadOnly: boolean;
}

/**
 * Defaults first, then the service's own and our files of /etc, parents before what lies in them. A mount of the service
 * takes the place of a default or of a file of ours at the same place.
 */
export function mounts(sources: MountSources): readonly OciMount[] {
  const wanted = sources.mounts.map((mount) => serviceMount(mount, sources.volumeDirectories));
  const taken = new Set(wanted.map(({ destination }) => destination));
  const isFree = ({ destination }: OciMount): boolean => !taken.has(destination);
  const files = Object.entries(sources.hostFiles).map(([target, source]) =>
    bindMount(source, target, sources.isRootReadOnly),
  );
  const inserted = [...files.filter(isFree), ...wanted];
  return [...defaultMounts.filter(isFree), ...inserted.sort((a, b) => depth(a) - depth(b))];
}

function serviceMount(mount: Mount, volumeDirectories: Readonly<Record<string, string>>): OciMount {
  const target = posix.resolve('/', mount.target);
  switch (mount.kind) {
    case 'volume':
      return bindMount(volumeDirectories[mount.volume] ?? '', target, mount.readOnly);
    case 'bind':
      return bindMount(mount.source, target, mount.readOnly);
    case 'tmpfs':
      return tmpfsMount(mount, target);
  }
}

/** `rprivate`: what is mounted in the container later does not show on the host, nor the other way round. */
function bindMount(source: string, destination: string, isReadOnly: boolean): OciMount {
  return { destination, type: 'bind', source, options: ['rbind', 'rprivate', isReadOnly ? 'ro' : 'rw'] };
}

function tmpfsMount({ sizeBytes, mode }: Extract<Mount, { kind: 'tmpfs' }>, destination: string): OciMount {
  const options = ['nosuid', 'nodev', 'noexec', `mode=${(mode ?? 0o1777).toString(8)}`];
  if (sizeBytes !== undefined) options.push(`size=${sizeBytes}`);
  return { destination, type: 'tmpfs', source: 'tmpfs', options };
}

function depth({ destination }: OciMount): number {
  return destination.split('/').length;
}
