import { mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CrashDriver, Driver } from '../driver.ts';
import type { Samples } from '../samples.ts';

/** Every system takes a process that ran so long for a sound one and starts it again without a delay. */
const soundAfterMs = 11_000;
const longestMs = 30_000;

type Crashing = Driver & { readonly crash: CrashDriver };

/**
 * From `kill -9` of a container's first process until the process that follows has begun: it touches a file in a bind
 * mount, which is watched (inotify). Each container is killed once, the systems take turns.
 */
export async function measureCrash(
  drivers: readonly Driver[],
  samples: Samples,
  options: { readonly count: number; readonly directory: string; readonly quiet: () => Promise<void> },
): Promise<void> {
  const able = drivers.filter((driver): driver is Crashing => driver.crash !== undefined);
  const { count, directory, quiet } = options;
  try {
    const prepared = [];
    for (const driver of able) {
      const folder = join(directory, `crash-${driver.name}`);
      mkdirSync(folder, { mode: 0o777 });
      await driver.crash.up(count, folder);
      prepared.push({ driver, folder, pids: await driver.crash.pids(), begun: new Set<string>() });
    }
    await delay(soundAfterMs);
    for (let round = 0; round < count; round += 1)
      for (const { driver, folder, pids, begun } of prepared) {
        const pid = pids[round];
        if (pid === undefined) throw new Error(`${driver.name} runs only ${pids.length} of ${count}`);
        await quiet();
        const value = await killAndWait(pid, { folder, begun });
        samples.add('crash until it runs again', driver.name, { value, unit: 'ms' });
      }
  } finally {
    for (const driver of able) await driver.crash.down();
  }
}

/** Each container has a file of its own; a late event about one that has begun before is not taken for the next one's. */
function killAndWait(
  pid: number,
  { folder, begun }: { readonly folder: string; readonly begun: Set<string> },
): Promise<number> {
  return new Promise((resolve, reject) => {
    let killedAt = Number.POSITIVE_INFINITY;
    const watcher = watch(folder, (_, name) => {
      if (name === null || begun.has(name)) return;
      begun.add(name);
      clearTimeout(timer);
      watcher.close();
      resolve(performance.now() - killedAt);
    });
    const timer = setTimeout(() => {
      watcher.close();
      reject(new Error(`the process after ${pid} did not begin within ${longestMs} ms`));
    }, longestMs);
    killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
  });
}
