import type { EpochMs } from './brand.ts';
import type { ContainerSpec } from './container-spec.ts';

/** A container and what it uses. */
export interface MeasuredContainer {
  readonly spec: ContainerSpec;
  readonly stats: ContainerStats;
}

/** One line of `tsorch stats`, as the API sends it. */
export interface ContainerUsage {
  readonly id: string;
  readonly stack: string;
  /** `web.1` */
  readonly slot: string;
  readonly stats: ContainerStats;
}

/**
 * What a container uses, all its processes together (`container.stats` in schemas/protocol/hostd.md). Sizes are bytes, times
 * microseconds, counters begin with the task. What the host does not count is absent.
 */
export interface ContainerStats {
  /** When it was read. */
  readonly at: EpochMs;
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly io?: IoStats;
  readonly pids?: PidsStats;
  /** Absent with `network_mode: none` and `host`; counts since the container was created. */
  readonly network?: readonly InterfaceCounters[];
}

export interface CpuStats {
  readonly usageUs: number;
  readonly userUs: number;
  readonly systemUs: number;
  /** Periods of the quota in which there was something to run; these three only where quotas are counted. */
  readonly periods?: number;
  readonly throttledPeriods?: number;
  readonly throttledUs?: number;
  readonly pressure?: Pressure;
}

export interface MemoryStats {
  /** All that is charged, with the page cache. */
  readonly usage: number;
  /** `usage` without `inactiveFile`: what comes near the limit before the kernel kills. */
  readonly workingSet: number;
  /** Absent = none. */
  readonly limit?: number;
  /** The highest `usage` so far. */
  readonly peak?: number;
  readonly anonymous: number;
  /** Page cache, tmpfs, shared memory. */
  readonly file: number;
  /** Of `file`, what was not used lately. */
  readonly inactiveFile: number;
  readonly kernel?: number;
  readonly swap?: number;
  /** Absent = none. */
  readonly swapLimit?: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  /** `max`: the limit was about to be exceeded; `oomKill`: processes killed for lack of memory. */
  readonly events: {
    readonly high?: number;
    readonly max: number;
    readonly oom?: number;
    readonly oomKill: number;
  };
  readonly pressure?: Pressure;
}

export interface IoStats {
  readonly devices: readonly DeviceIo[];
  readonly pressure?: Pressure;
}

export interface DeviceIo {
  readonly major: number;
  readonly minor: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly readOperations: number;
  readonly writeOperations: number;
}

export interface PidsStats {
  /** Processes and threads. */
  readonly current: number;
  /** Absent = none. */
  readonly limit?: number;
  /** How often the limit refused one. */
  readonly refused?: number;
}

/** As the container sees them. */
export interface InterfaceCounters {
  /** Host name of the network. */
  readonly network: string;
  /** `eth0` */
  readonly interface: string;
  readonly received: Traffic;
  readonly sent: Traffic;
}

export interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

/** How long processes waited for a resource: at least one of them, and all of them. */
export interface Pressure {
  readonly some: PressureLine;
  readonly full?: PressureLine;
}

export interface PressureLine {
  /** Percent of the last 10 seconds. */
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalUs: number;
}
