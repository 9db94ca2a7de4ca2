import { timed } from '../command.ts';
import type { Driver } from '../driver.ts';
import type { Samples } from '../samples.ts';

const callsByApi = 10;

/** `exec true` in a running container. */
export async function measureExec(driver: Driver, samples: Samples): Promise<void> {
  samples.add('exec true', driver.name, { value: await timed(() => driver.exec()), unit: 'ms' });
}

/** The same by a connected client, the first call after a warm-up. */
export async function measureExecByApi(driver: Driver, samples: Samples): Promise<void> {
  const { execByApi } = driver;
  if (execByApi === undefined) return;
  for (let index = 0; index <= callsByApi; index += 1) {
    const value = await timed(() => execByApi.call(driver));
    if (index > 0) samples.add('exec true by the API', driver.name, { value, unit: 'ms' });
  }
}

/** A list of `count` running containers. */
export async function measureList(driver: Driver, samples: Samples, count: number): Promise<void> {
  samples.add(`ps of ${count}`, driver.name, { value: await timed(() => driver.list()), unit: 'ms' });
}

/** Applying what is so already, with `count` containers. */
export async function measureNoOp(driver: Driver, samples: Samples, count: number): Promise<void> {
  const { upAgain } = driver;
  if (upAgain === undefined) return;
  const value = await timed(() => upAgain.call(driver));
  samples.add(`no-op apply of ${count}`, driver.name, { value, unit: 'ms' });
}
