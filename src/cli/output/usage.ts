import type { ContainerStats, ContainerUsage, Pressure } from '../../model/container-stats.ts';
import { formatBytes } from './format.ts';
import { formatTable } from './table.ts';

/** A container's usage with what only two looks can tell. */
export interface UsageWithRates extends ContainerUsage {
  /** Of one processor; absent at the first look at a task. */
  readonly cpuPercent?: number;
}

/** Adds the rates between an earlier look and this one. */
export function withRates(
  before: readonly ContainerUsage[],
  now: readonly ContainerUsage[],
): readonly UsageWithRates[] {
  const earlier = new Map(before.map(({ id, stats }) => [id, stats]));
  return now.map((usage) => {
    const cpuPercent = cpuRate(earlier.get(usage.id), usage.stats);
    return cpuPercent === undefined ? usage : { ...usage, cpuPercent };
  });
}

/** Nothing when the counter began anew: another task. */
function cpuRate(before: ContainerStats | undefined, now: ContainerStats): number | undefined {
  if (before?.cpu === undefined || now.cpu === undefined) return undefined;
  const usedUs = now.cpu.usageUs - before.cpu.usageUs;
  const passedUs = (now.at - before.at) * 1_000;
  return usedUs < 0 || passedUs <= 0 ? undefined : Math.round((usedUs / passedUs) * 10_000) / 100;
}

/** `tsorch stats`: a line for each container. What the host does not count is `-`. */
export function formatUsage(containers: readonly UsageWithRates[]): string {
  const head = [
    'CONTAINER',
    'CPU',
    'MEMORY',
    'LIMIT',
    'NET IN',
    'NET OUT',
    'READ',
    'WRITTEN',
    'PIDS',
    'WAITING',
  ];
  return formatTable([head, ...containers.map(row)]);
}

function row({ stack, slot, cpuPercent, stats }: UsageWithRates): string[] {
  const { memory, network, io, pids } = stats;
  return [
    `${stack}/${slot}`,
    cpuPercent === undefined ? '-' : `${cpuPercent.toFixed(1)}%`,
    bytes(memory?.workingSet),
    memory?.limit === undefined ? '-' : `${bytes(memory.limit)} ${share(memory.workingSet, memory.limit)}`,
    bytes(sum(network?.map(({ received }) => received.bytes))),
    bytes(sum(network?.map(({ sent }) => sent.bytes))),
    bytes(sum(io?.devices.map(({ readBytes }) => readBytes))),
    bytes(sum(io?.devices.map(({ writeBytes }) => writeBytes))),
    pids === undefined ? '-' : `${pids.current}${pids.limit === undefined ? '' : `/${pids.limit}`}`,
    waiting(stats),
  ];
}

/** Share of the last ten seconds in which something waited: `cpu 3% io 12%`. */
function waiting({ cpu, memory, io }: ContainerStats): string {
  const kinds: readonly [string, Pressure | undefined][] = [
    ['cpu', cpu?.pressure],
    ['memory', memory?.pressure],
    ['io', io?.pressure],
  ];
  const counted = kinds.filter(([, pressure]) => pressure !== undefined);
  const felt = counted.filter(([, pressure]) => (pressure?.some.avg10 ?? 0) >= 0.5);
  if (felt.length === 0) return '-';
  return felt.map(([kind, pressure]) => `${kind} ${Math.round(pressure?.some.avg10 ?? 0)}%`).join(' ');
}

function bytes(count: number | undefined): string {
  return count === undefined ? '-' : formatBytes(count);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '' : `(${Math.round((part / whole) * 100)}%)`;
}

function sum(counts: readonly number[] | undefined): number | undefined {
  return counts?.reduce((total, count) => total + count, 0);
}
