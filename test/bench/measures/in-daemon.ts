import type { Driver } from '../driver.ts';
import type { Samples } from '../samples.ts';

/** What the daemon itself says of the container that came up last. */
export async function measureInDaemon(driver: Driver, samples: Samples): Promise<void> {
  const times = await driver.timesInDaemon?.();
  for (const [what, value] of Object.entries(times ?? {}))
    samples.add(`in the daemon: ${what}`, driver.name, { value, unit: 'ms' });
}
