import { TsorchError } from '../../../lib/errors.ts';
import type { ContainerSpec } from '../../../model/container-spec.ts';
import { type EffectiveProcess, effectiveProcess } from '../../../model/effective-process.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { slotName } from '../../../model/identity.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import { capabilities } from './capabilities.ts';
import { environment } from './environment.ts';
import { mounts } from './mounts.ts';
import { namespaces } from './namespaces.ts';
import type { OciConfig, OciProcess } from './oci-config.ts';
import { maskedPaths, readonlyPaths } from './paths-in-proc.ts';
import { initialResources } from './resources.ts';
import { rlimits } from './rlimits.ts';
import { processUser } from './user.ts';

export interface ConfigInput {
  readonly spec: ContainerSpec;
  readonly image: ImageConfig;
  /** `tsorch` or `tsorch-<node key>`. */
  readonly cgroupParent: string;
  /** Absent = the host's. */
  readonly netns?: string | undefined;
  readonly volumeDirectories: Readonly<Record<string, string>>;
  /** `/etc/hosts` -> file on the host. */
  readonly hostFiles: Readonly<Record<string, string>>;
}

/** The whole `config.json`; each section is a file of its own in this folder. No hooks. */
export function buildConfig(input: ConfigInput): OciConfig {
  const { spec, image, cgroupParent, netns } = input;
  const service = spec.definition;
  return {
    // The oldest version that has all of this: runtimes refuse one that is newer than they are (crun 1.8 knows 1.0).
    ociVersion: '1.0.2',
    process: ociProcess(spec, image),
    root: { path: 'rootfs', readonly: service.readOnly },
    hostname: hostname(spec),
    mounts: mounts({
      mounts: service.mounts,
      volumeDirectories: input.volumeDirectories,
      hostFiles: input.hostFiles,
      isRootReadOnly: service.readOnly,
    }),
    annotations: {
      'tsorch.stack': spec.slot.stack,
      'tsorch.slot': slotName(spec.slot),
      'tsorch.name': spec.name,
    },
    linux: {
      namespaces: namespaces(netns),
      cgroupsPath: `/${cgroupParent}/${spec.slot.stack}/${spec.id}`,
      resources: initialResources(service.resources),
      sysctl: service.sysctls,
      maskedPaths,
      readonlyPaths,
    },
  };
}

/** As Docker names it. */
export function hostname({ definition, id }: ContainerSpec): string {
  return definition.hostname ?? id.slice(0, 12);
}

/** The environment of the task, also the start of every exec's. */
export function containerEnvironment(spec: ContainerSpec, process: EffectiveProcess): readonly string[] {
  return environment(process.environment, {
    hostname: hostname(spec),
    hasTerminal: spec.definition.tty,
    user: processUser(process.user),
  });
}

function ociProcess(spec: ContainerSpec, image: ImageConfig): OciProcess {
  const { tty, capAdd, capDrop, ulimits } = spec.definition;
  const process = effectiveProcess(image, spec.definition);
  if (process.args.length === 0) throw noCommand(spec);
  const { uid, gid } = processUser(process.user);
  return {
    terminal: tty,
    user: { uid, gid },
    args: process.args,
    env: containerEnvironment(spec, process),
    cwd: process.workingDir,
    capabilities: capabilities(capAdd, capDrop),
    rlimits: rlimits(ulimits),
    noNewPrivileges: false,
  };
}

function noCommand({ slot, image }: ContainerSpec): TsorchError<ErrorCode> {
  return new TsorchError<ErrorCode>(
    'container.no-command',
    `neither the image ${image.reference} nor the service "${slot.service}" names a program to run`,
    { object: `${slot.stack}/${slotName(slot)}` },
  );
}
