import type { NodeConfig } from '../config/node-config.ts';
import { containerPaths } from '../engine/containers/container-paths.ts';
import { NativeContainerDriver } from '../engine/containers/native-container-driver.ts';
import { SpecStore } from '../engine/containers/spec-store.ts';
import { HostdConnection } from '../engine/host/hostd-connection.ts';
import { HostdMaintenance } from '../engine/host/hostd-maintenance.ts';
import { CriLogReader } from '../engine/logs/cri-log-reader.ts';
import { HostdNetworkDriver } from '../engine/network/hostd-network-driver.ts';
import { LocalVolumeDriver } from '../engine/volumes/local-volume-driver.ts';
import { systemClock } from '../lib/clock.ts';
import { wireImages } from './wire-images.ts';

/** The parts that act, from the native connection upwards. */
export function wireEngine(config: NodeConfig, version: string) {
  const { paths, nativeProgram, runtimes, cgroupParent } = config;
  const { root, runDir, nodeKey } = paths;
  const hostd = new HostdConnection({
    socketPath: paths.hostdSocket,
    version,
    clock: systemClock,
    program: config.waitsForHostd
      ? undefined
      : { binary: nativeProgram, root, runDir, nodeKey, cgroupParent },
  });
  const specs = new SpecStore(paths);
  const network = new HostdNetworkDriver({ hostd, specOf: (id) => specs.read(id) });
  const volumes = new LocalVolumeDriver(paths.volumes);
  const images = wireImages({ config, hostd, version });
  const containers = new NativeContainerDriver({
    hostd,
    specs,
    version,
    folders: paths,
    images: images.containerImages,
    admit: (image, options) => images.store.admit(image, options),
    network,
    volumes,
    runtimes: new Map(Object.entries(runtimes).map(([name, runtime]) => [name, { name, ...runtime }])),
    cgroupParent: (cgroupParent ?? defaultCgroupParent(nodeKey)).replace(/^\/+/, ''),
  });
  const logs = new CriLogReader((id) => containerPaths(paths, id).log);
  return { hostd, maintenance: new HostdMaintenance(hostd), containers, network, volumes, images, logs };
}

/** hostd's own choice, when it is told none. */
function defaultCgroupParent(nodeKey: string): string {
  return nodeKey === '' ? 'tsorch' : `tsorch-${nodeKey}`;
}

export type WiredEngine = ReturnType<typeof wireEngine>;
