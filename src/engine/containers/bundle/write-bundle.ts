import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import type { ContainerSpec } from '../../../model/container-spec.ts';
import { effectiveProcess } from '../../../model/effective-process.ts';
import type { ContainerImage } from '../../images/container-images.ts';
import type { AttachedInterface } from '../../network/network-driver.ts';
import { buildConfig, hostname } from './build-config.ts';
import { type HostFiles, hostFiles } from './host-files.ts';
import { stringifyConfig } from './oci-config.ts';
import { type OciRuntime, type ShimConfig, shimLog } from './shim-config.ts';
import { processUser } from './user.ts';

export interface BundleInput {
  readonly spec: ContainerSpec;
  readonly image: ContainerImage;
  /** `<run-dir>/bundles/<id>` */
  readonly directory: string;
  readonly cgroupParent: string;
  /** Absent with `network_mode: host`. */
  readonly netns?: string | undefined;
  readonly interfaces: readonly AttachedInterface[];
  readonly volumeDirectories: Readonly<Record<string, string>>;
  /** Absent = our own. */
  readonly runtime?: OciRuntime | undefined;
}

/** Makes or replaces the bundle of schemas/protocol/bundle.md; `shim.json` comes last and says that it is whole. */
export function writeBundle(input: BundleInput): void {
  const { directory, spec, image } = input;
  mkdirSync(join(directory, 'rootfs'), { recursive: true, mode: 0o700 });
  const files = writeHostFiles(input);
  const config = buildConfig({ ...input, image: image.config, hostFiles: files });
  writeFileAtomic(join(directory, 'config.json'), stringifyConfig(config), { mode: 0o600 });
  const shim = JSON.stringify(shimConfig(spec, image, input.runtime));
  writeFileAtomic(join(directory, 'shim.json'), shim, { mode: 0o600 });
}

export function shimConfig(spec: ContainerSpec, image: ContainerImage, runtime?: OciRuntime): ShimConfig {
  const { readOnly, init, tty, stdinOpen, stopGraceMs } = spec.definition;
  const process = effectiveProcess(image.config, spec.definition);
  const { lookUp } = processUser(process.user);
  return {
    version: 1,
    id: spec.id,
    name: spec.name,
    layers: image.layers,
    ...(lookUp === undefined ? {} : { user: lookUp }),
    readOnlyRoot: readOnly,
    init,
    tty,
    stdin: stdinOpen,
    log: shimLog(spec.definition.log),
    stop: { signal: process.stopSignal, graceMs: stopGraceMs },
    ...(runtime === undefined ? {} : { runtime }),
    ...(process.healthCheck === undefined ? {} : { probe: process.healthCheck }),
    seccomp: 'default',
  };
}

/** Readable by everybody: programs of any user in the container look names up. */
function writeHostFiles({ directory, spec, interfaces }: BundleInput): Readonly<Record<string, string>> {
  const folder = join(directory, 'etc');
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const files: HostFiles = hostFiles({
    hostname: hostname(spec),
    addresses: interfaces.flatMap(({ addresses }) => addresses),
    gateway: interfaces[0]?.gateway,
    extraHosts: spec.definition.extraHosts,
    mode: spec.definition.network.kind,
    host: { hosts: textOf('/etc/hosts'), resolvConf: textOf('/etc/resolv.conf') },
  });
  const contents = { hosts: files.hosts, 'resolv.conf': files.resolvConf, hostname: files.hostname };
  const targets = Object.entries(contents).map(([name, text]) => {
    const path = join(folder, name);
    // A shim may be mounting the file right now, and a file that was replaced can be mounted no more.
    if (!existsSync(path) || textOf(path) !== text) writeFileAtomic(path, text, { mode: 0o644 });
    return [`/etc/${name}`, path] as const;
  });
  return Object.fromEntries(targets);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not there: it has nothing to say.
    return '';
  }
}
