import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

export interface Machine {
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly cgroups: 'v2' | 'hybrid' | 'v1';
  readonly node: string;
}

export function describeMachine(): Machine {
  return {
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    cgroups: cgroupMode(readFileSync('/proc/self/mountinfo', 'utf8')),
    node: process.version,
  };
}

function cgroupMode(mounts: string): Machine['cgroups'] {
  if (!/ - cgroup /.test(mounts)) return 'v2';
  return / - cgroup2 /.test(mounts) ? 'hybrid' : 'v1';
}

/** Processes that wanted to run, on average of the last minute. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

const lookMs = 100;
const quietShare = 0.2;

/** Waits until four fifths of the machine are idle, but not longer than `limitMs`: others' work is not to be measured. */
export async function waitForQuiet(limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const before = cpuTimes();
    await delay(lookMs);
    const after = cpuTimes();
    if ((after.busy - before.busy) / (after.all - before.all) < quietShare) return;
  }
}

function cpuTimes(): { readonly busy: number; readonly all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return { busy: all - idle, all };
}
