import { join } from 'node:path';
import { nodePaths } from '../../src/config/paths.ts';
import { NativeContainerDriver } from '../../src/engine/containers/native-container-driver.ts';
import { SpecStore } from '../../src/engine/containers/spec-store.ts';
import { HostdConnection } from '../../src/engine/host/hostd-connection.ts';
import { HostdMaintenance } from '../../src/engine/host/hostd-maintenance.ts';
import type { HostdProgram } from '../../src/engine/host/launch-hostd.ts';
import type { ContainerImage, ContainerImages } from '../../src/engine/images/container-images.ts';
import { CriLogReader } from '../../src/engine/logs/cri-log-reader.ts';
import { HostdNetworkDriver } from '../../src/engine/network/hostd-network-driver.ts';
import { LocalVolumeDriver } from '../../src/engine/volumes/local-volume-driver.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { NetworkDefinition } from '../../src/model/stack.ts';

/** The engine as the daemon wires it, on a scratch folder. Closing it leaves hostd and shims as they are. */
export interface Engine {
  readonly containers: NativeContainerDriver;
  readonly network: HostdNetworkDriver;
  readonly volumes: LocalVolumeDriver;
  readonly maintenance: HostdMaintenance;
  readonly logs: CriLogReader;
  readonly hostd: HostdConnection;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Holds `root` and `run`. */
  readonly folder: string;
  /** What every container is made of. */
  readonly image: () => ContainerImage;
  /** Path of tsorch-rt; absent: somebody else runs hostd. */
  readonly binary?: string;
}

export function scratchPaths(folder: string) {
  return nodePaths(join(folder, 'root'), join(folder, 'run'));
}

export function makeEngine({ folder, image, binary }: EngineOptions): Engine {
  const paths = scratchPaths(folder);
  const { root, runDir, nodeKey } = paths;
  const program: HostdProgram | undefined =
    binary === undefined ? undefined : { binary, root, runDir, nodeKey };
  const hostd = new HostdConnection({
    socketPath: paths.hostdSocket,
    version: '0.0.0-test',
    clock: systemClock,
    program,
  });
  const specs = new SpecStore(paths);
  const network = new HostdNetworkDriver({ hostd, specOf: (id) => specs.read(id) });
  const volumes = new LocalVolumeDriver(paths.volumes);
  const images: ContainerImages = { open: () => Promise.resolve(image()) };
  const containers = new NativeContainerDriver({
    folders: paths,
    images,
    network,
    volumes,
    runtimes: new Map(foreignRuntimes.map((runtime) => [runtime.name, { ...runtime, args: [] }])),
    cgroupParent: `tsorch-${nodeKey}`,
    hostd,
    specs,
    admit: async () => {},
    version: '0.0.0-test',
  });
  return {
    containers,
    network,
    volumes,
    hostd,
    maintenance: new HostdMaintenance(hostd),
    logs: new CriLogReader((id) => join(paths.containers, id, 'log')),
    close: async () => {
      await containers.close();
      await hostd.close();
    },
  };
}

/** Other OCI runtimes, as Debian's packages install them. Not crun: it refuses hosts with hybrid control groups. */
export const foreignRuntimes = [{ name: 'runc', path: '/usr/sbin/runc' }];

export const defaultNetwork: NetworkDefinition = {
  name: 'shop_default',
  external: false,
  internal: false,
  enableIpv6: false,
  labels: {},
};

/** Each test process has a subnet of its own, so that runs beside each other do not clash; its nodes use it one at a time. */
const octet = process.pid % 256;
export const defaultSubnet = `10.213.${octet}.0/24`;

/** For a second network of the same test. */
export const otherSubnet = `10.214.${octet}.0/24`;

/** An address in `defaultSubnet`. */
export function defaultAddress(host: number): string {
  return `10.213.${octet}.${host}`;
}
