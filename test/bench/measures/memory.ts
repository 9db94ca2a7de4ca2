import type { Driver } from '../driver.ts';
import { memoryOf } from '../processes.ts';
import type { Samples } from '../samples.ts';

/** Everything that a system keeps in memory besides the containers' own processes, while `count` of them run. */
export function measureMemory(driver: Driver, samples: Samples, count: number): void {
  const processes = driver.overhead?.();
  if (processes === undefined) return;
  const measured = processes.map(({ kind, pid }) => ({ kind, ...memoryOf(pid) }));
  for (const kind of new Set(measured.map((one) => one.kind))) {
    const ofKind = measured.filter((one) => one.kind === kind);
    if (ofKind.length < count) {
      samples.add(`memory: PSS of ${kind}`, driver.name, { value: megabytes(ofKind), unit: 'MB' });
      continue;
    }
    for (const { own, pss } of ofKind) {
      samples.add(`memory: private, of each ${kind}`, driver.name, { value: own, unit: 'KB' });
      samples.add(`memory: PSS of each ${kind}`, driver.name, { value: pss, unit: 'KB' });
    }
  }
  const total = { value: megabytes(measured), unit: 'MB' } as const;
  samples.add(`memory: PSS of all, ${count} containers`, driver.name, total);
}

function megabytes(processes: readonly { readonly pss: number }[]): number {
  return processes.reduce((sum, { pss }) => sum + pss, 0) / 1000;
}
