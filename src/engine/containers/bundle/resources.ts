import type { Resources } from '../../../model/stack.ts';
import { deviceRules } from './devices.ts';
import type { OciResources } from './oci-config.ts';

/** Microseconds; the kernel's and Docker's default. */
const cpuPeriodUs = 100_000;
const unlimited = -1;
const defaultShares = 1024;

/** What a new container starts with: absent = not limited. */
export function initialResources(resources: Resources): OciResources {
  const memory = memoryLimits(resources);
  const cpu = cpuLimits(resources);
  return {
    devices: deviceRules,
    ...(Object.keys(memory).length === 0 ? {} : { memory }),
    ...(Object.keys(cpu).length === 0 ? {} : { cpu }),
    ...(resources.pids === undefined ? {} : { pids: { limit: resources.pids } }),
  };
}

/** For a container that runs: a limit that is gone from the service must be lifted by name. */
export function changedResources(resources: Resources): OciResources {
  return {
    memory: { limit: unlimited, swap: unlimited, reservation: 0, ...memoryLimits(resources) },
    cpu: { shares: defaultShares, quota: unlimited, period: cpuPeriodUs, ...cpuLimits(resources) },
    pids: { limit: resources.pids ?? unlimited },
  };
}

/** `swap` is memory plus swap; with a limit and no word about swap, as much swap as memory, as Docker does it. */
function memoryLimits(resources: Resources): NonNullable<OciResources['memory']> {
  const { memoryBytes: limit, memoryReservationBytes: reservation, memorySwapBytes } = resources;
  const swap = memorySwapBytes ?? (limit === undefined ? undefined : 2 * limit);
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(reservation === undefined ? {} : { reservation }),
    ...(swap === undefined ? {} : { swap }),
  };
}

function cpuLimits({ cpus, cpuShares, cpuset }: Resources): NonNullable<OciResources['cpu']> {
  return {
    ...(cpus === undefined ? {} : { quota: Math.round(cpus * cpuPeriodUs), period: cpuPeriodUs }),
    ...(cpuShares === undefined ? {} : { shares: cpuShares }),
    ...(cpuset === undefined ? {} : { cpus: cpuset }),
  };
}
