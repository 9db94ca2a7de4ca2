import type { Service, VolumeDefinition } from '../../model/stack.ts';
import type { ServiceAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';
import { normalizeCapabilities } from './capabilities.ts';
import { normalizeCommand } from './command.ts';
import type { NormalizeContext } from './context.ts';
import { normalizeDependsOn } from './depends-on.ts';
import { normalizeEnvironment, normalizeLabels } from './environment.ts';
import { normalizeExtraHosts } from './extra-hosts.ts';
import { normalizeHostname, normalizeUser, normalizeWorkingDir } from './identity.ts';
import { normalizeImage, normalizePullPolicy } from './image.ts';
import { normalizeLogging } from './logging.ts';
import { normalizeMounts } from './mounts.ts';
import { normalizeNetwork } from './networks.ts';
import { optional } from './optional.ts';
import { checkPlatform } from './platform.ts';
import { normalizePorts } from './ports.ts';
import { normalizeReadiness } from './readiness.ts';
import { normalizeReplicas } from './replicas.ts';
import { normalizeResources } from './resources.ts';
import { normalizeRestart } from './restart.ts';
import { normalizeStopSignal } from './stop-signal.ts';
import { normalizeSysctls } from './sysctls.ts';
import { normalizeUlimits } from './ulimits.ts';
import { normalizeUpdatePolicy } from './update-policy.ts';
import { readBoolean, readDurationMs } from './values.ts';

const defaultStopGraceMs = 10_000;

export interface NormalizedService {
  readonly service: Service;
  readonly anonymousVolumes: Readonly<Record<string, VolumeDefinition>>;
}

/** One service as meant. Where something is wrong the problem is reported and a harmless value put in its place. */
export function normalizeService(
  field: Field<ServiceAsWritten>,
  context: NormalizeContext,
): NormalizedService {
  const { mounts, anonymous } = normalizeMounts(field, context);
  const network = normalizeNetwork(field, context);
  const deploy = field.get('deploy');
  checkPlatform(field.get('platform'), context.architecture);
  const service: Service = {
    name: field.key,
    image: normalizeImage(field, context) ?? '',
    pullPolicy: normalizePullPolicy(field),
    ...optional({
      runtime: field.value.runtime ?? undefined,
      entrypoint: normalizeCommand(field.get('entrypoint')),
      command: normalizeCommand(field.get('command')),
      user: normalizeUser(field.get('user')),
      workingDir: normalizeWorkingDir(field.get('working_dir')),
      hostname: normalizeHostname(field.get('hostname')),
      healthCheck: normalizeReadiness(field),
      stopSignal: normalizeStopSignal(field.get('stop_signal')),
      log: normalizeLogging(field.get('logging')),
    }),
    environment: normalizeEnvironment(field, context),
    labels: normalizeLabels(field.get('labels'), field.get('label_file'), context),
    readOnly: readBoolean(field.get('read_only')) ?? false,
    init: readBoolean(field.get('init')) ?? false,
    tty: readBoolean(field.get('tty')) ?? false,
    stdinOpen: readBoolean(field.get('stdin_open')) ?? false,
    capAdd: normalizeCapabilities(field.get('cap_add')),
    capDrop: normalizeCapabilities(field.get('cap_drop')),
    mounts,
    ulimits: normalizeUlimits(field.get('ulimits')),
    sysctls: normalizeSysctls(field.get('sysctls'), network.kind === 'host'),
    extraHosts: normalizeExtraHosts(field.get('extra_hosts')),
    network,
    ports: normalizePorts(field.get('ports')),
    dependsOn: normalizeDependsOn(field, context),
    restart: normalizeRestart(field.get('restart'), deploy?.get('restart_policy')),
    stopGraceMs: readDurationMs(field.get('stop_grace_period')) ?? defaultStopGraceMs,
    replicas: normalizeReplicas(field),
    resources: normalizeResources(field),
    update: normalizeUpdatePolicy(deploy?.get('update_config')),
  };
  return { service, anonymousVolumes: anonymous };
}
