import { timed } from '../command.ts';
import type { Driver } from '../driver.ts';
import type { Samples } from '../samples.ts';

/** Brings `count` containers up, timed, lets `whileRunning` measure, and takes them down. */
export async function measureScale(
  driver: Driver,
  samples: Samples,
  options: { readonly count: number; readonly whileRunning?: () => Promise<void> },
): Promise<void> {
  const { count, whileRunning } = options;
  try {
    const value = await timed(() => driver.up(count));
    const running = await driver.running();
    if (running !== count) throw new Error(`${driver.name}: ${running} of ${count} containers run`);
    samples.add(`${count} containers until all run`, driver.name, { value, unit: 'ms' });
    await whileRunning?.();
  } finally {
    await driver.down();
  }
}
