import { isForeignLogDriver } from './log-drivers.ts';
import { isPlainMapping, type PlainValue } from './plain-tree.ts';

/**
 * What becomes of a key:
 * - `supported`: done as the specification says
 * - `approximated`: done, with the difference that `note` tells
 * - `ignored`: without effect, and nothing that the stack counts on is lost
 * - `refused`: would change what runs, or weaken its guard, if it were left out
 */
export interface Verdict {
  readonly kind: 'supported' | 'approximated' | 'ignored' | 'refused';
  readonly note: string;
  /** Values that ask for nothing: the key may as well be absent. */
  readonly isHarmless?: (value: PlainValue) => boolean;
}

const supported: Verdict = { kind: 'supported', note: '' };

const verdict =
  (kind: Verdict['kind']) =>
  (note: string, isHarmless?: Verdict['isHarmless']): Verdict => ({
    kind,
    note,
    ...(isHarmless === undefined ? {} : { isHarmless }),
  });
const approximated = verdict('approximated');
const ignored = verdict('ignored');
const refused = verdict('refused');

const later = 'this version does not carry it out';
const windows = 'it has a meaning on Windows only';
const cluster = 'there is one node';

const isOff = (value: PlainValue): boolean => value === false || value === 'false';
const oneOf =
  (...values: readonly PlainValue[]) =>
  (value: PlainValue): boolean =>
    values.includes(value);

/** The shim always sets no_new_privs, so asking for it is satisfied. */
function asksNoNewPrivileges(value: PlainValue): boolean {
  const options = Array.isArray(value) ? value : [];
  return options.every((option) => /^no-new-privileges(?:[:=]true)?$/.test(String(option)));
}

function isLocalDriver(value: PlainValue): boolean {
  return value === 'local' || value === '';
}

function isEmpty(value: PlainValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === '' || (isPlainMapping(value) && Object.values(value).every((member) => member === ''));
}

/**
 * The one place that says which keys of the language this version carries out. `*` stands for any name, `[]` for the
 * items of a list; a row holds for everything below it that has no row of its own. A test compares with the schema.
 */
export const keyVerdicts: Readonly<Record<string, Verdict>> = {
  version: supported,
  name: supported,
  include: supported,
  services: supported,
  networks: supported,
  volumes: supported,
  configs: supported,
  secrets: supported,
  models: ignored('tsorch serves no language models'),
  'x-tsorch': refused(later),

  'networks.*.driver': refused('networks are bridges of this host', oneOf('bridge', 'default', '')),
  'networks.*.ipam.driver': refused('addresses are given out by tsorch', oneOf('default', '')),
  'networks.*.ipam.options': ignored('addresses are given out by tsorch'),
  'networks.*.ipam.config.[].ip_range': refused(later),
  'networks.*.ipam.config.[].aux_addresses': refused(later, isEmpty),
  'networks.*.attachable': ignored(cluster, () => true),
  'networks.*.enable_ipv4': refused('every network has IPv4 addresses', (value) => !isOff(value)),
  'networks.*.x-tsorch': refused(later),

  'volumes.*.driver': refused('volumes are directories of this host', isLocalDriver),
  'volumes.*.driver_opts': refused(later, isEmpty),
  'volumes.*.x-tsorch': refused(later),

  'services.*.annotations': ignored('nothing reads them'),
  'services.*.attach': ignored('`tsorch logs` shows the services that it is given'),
  'services.*.blkio_config': refused(later, isEmpty),
  'services.*.build': approximated('tsorch builds no images; the finished one must be there'),
  'services.*.cgroup': refused(later, oneOf('private')),
  'services.*.cgroup_parent': approximated('the cgroup stands below that of tsorch'),
  'services.*.configs': approximated('the file itself is mounted; its owner and mode count'),
  'services.*.configs.[].source': supported,
  'services.*.configs.[].target': supported,
  'services.*.container_name': approximated('it is another name on its networks; `tsorch ps` shows its slot'),
  'services.*.cpu_count': ignored(windows),
  'services.*.cpu_percent': ignored(windows),
  'services.*.cpu_rt_period': refused(later, oneOf(0, '0')),
  'services.*.cpu_rt_runtime': refused(later, oneOf(0, '0')),
  'services.*.credential_spec': ignored(windows),
  'services.*.deploy.endpoint_mode': ignored('a name stands for the replicas that are ready'),
  'services.*.deploy.labels': ignored('services have no labels of their own'),
  'services.*.deploy.mode': refused(later, oneOf('replicated', 'global')),
  'services.*.deploy.placement': ignored(cluster),
  'services.*.deploy.placement.max_replicas_per_node': supported,
  'services.*.deploy.resources.reservations.cpus': ignored('processor time is shared, not reserved'),
  'services.*.deploy.resources.reservations.devices': refused(later, isEmpty),
  'services.*.deploy.resources.reservations.generic_resources': ignored(cluster),
  'services.*.deploy.restart_policy.delay': approximated('the pause begins small and grows'),
  'services.*.deploy.restart_policy.window': approximated('a run of ten seconds counts as a success'),
  'services.*.deploy.rollback_config': ignored('going back follows `update_config`'),
  'services.*.deploy.update_config.failure_action': approximated(
    'an update that fails pauses',
    oneOf('pause'),
  ),
  'services.*.deploy.update_config.max_failure_ratio': ignored('an update stops at its first failure'),
  'services.*.deploy.update_config.monitor': ignored('a replica counts when it is ready'),
  'services.*.develop': ignored('there is no file watching'),
  'services.*.device_cgroup_rules': refused(later, isEmpty),
  'services.*.devices': refused(later, isEmpty),
  'services.*.dns': refused(later, isEmpty),
  'services.*.dns_opt': refused(later, isEmpty),
  'services.*.dns_search': refused(later, isEmpty),
  'services.*.domainname': ignored('the host name stands alone'),
  'services.*.external_links': refused(later, isEmpty),
  'services.*.gpus': refused(later, isEmpty),
  'services.*.group_add': refused(later, isEmpty),
  'services.*.ipc': refused(later, oneOf('private', 'shareable', '')),
  'services.*.isolation': ignored(windows),
  'services.*.links': approximated('the other name is known to all on the networks of the service'),
  'services.*.logging': supported,
  'services.*.logging.driver': approximated(
    'output goes to files of tsorch, which are bounded',
    (value) => !isForeignLogDriver(value),
  ),
  'services.*.logging.options': ignored('of a driver that is not used', isEmpty),
  'services.*.logging.options.max-age': supported,
  'services.*.logging.options.max-buffer-size': supported,
  'services.*.logging.options.max-file': supported,
  'services.*.logging.options.max-size': supported,
  'services.*.logging.options.mode': supported,
  'services.*.mac_address': refused(later),
  'services.*.mem_swappiness': ignored('the kernel has no such setting on cgroup v2'),
  'services.*.models': ignored('tsorch serves no language models'),
  'services.*.networks.*.driver_opts': ignored('only options of foreign drivers stand here'),
  'services.*.networks.*.gw_priority': refused('the first network has the default route', oneOf(0, '0')),
  'services.*.networks.*.interface_name': refused(later),
  'services.*.networks.*.ipv6_address': refused(later),
  'services.*.networks.*.link_local_ips': refused(later, isEmpty),
  'services.*.networks.*.mac_address': refused(later),
  'services.*.oom_kill_disable': ignored('a memory limit is always enforced', isOff),
  'services.*.oom_score_adj': refused(later, oneOf(0, '0')),
  'services.*.pid': refused(later, oneOf('')),
  'services.*.post_start': refused(later, isEmpty),
  'services.*.pre_start': refused(later, isEmpty),
  'services.*.pre_stop': refused(later, isEmpty),
  'services.*.privileged': refused(later, isOff),
  'services.*.provider': refused('services are containers'),
  'services.*.pull_refresh_after': ignored('images are looked up at apply'),
  'services.*.secrets': approximated('the file itself is mounted; its owner and mode count'),
  'services.*.secrets.[].source': supported,
  'services.*.secrets.[].target': supported,
  'services.*.security_opt': refused(later, asksNoNewPrivileges),
  'services.*.storage_opt': ignored('the file system has no quota by container'),
  'services.*.use_api_socket': refused('there is no Docker API', isOff),
  'services.*.userns_mode': refused('containers have no user namespace', oneOf('host', '')),
  'services.*.uts': refused(later),
  'services.*.volumes.[].bind.propagation': refused(later, oneOf('private', 'rprivate')),
  'services.*.volumes.[].bind.recursive': refused(later, oneOf('enabled')),
  'services.*.volumes.[].bind.selinux': ignored('files keep their labels'),
  'services.*.volumes.[].consistency': ignored('it has a meaning on macOS only', () => true),
  'services.*.volumes.[].image': refused(later, isEmpty),
  'services.*.volumes.[].volume.labels': ignored('volumes have the labels of their definition'),
  'services.*.volumes.[].volume.nocopy': ignored('volumes are never filled from images', () => true),
  'services.*.volumes.[].volume.subpath': refused(later),
  'services.*.volumes_from': refused(later, isEmpty),
  'services.*.x-tsorch': supported,
  'services.*.x-tsorch.probes.start': refused(later),
  'services.*.x-tsorch.probes.live': refused(later),
};
