import type { MeasuredContainer } from '../../model/container-stats.ts';
import type { Hostd } from '../host/hostd.ts';
import type { ListOptions } from './container-driver.ts';
import type { SpecStore } from './spec-store.ts';

export interface MeasuringParts {
  readonly hostd: Hostd;
  readonly specs: SpecStore;
}

/** hostd reads all control groups; a control group whose container is unknown is one that is being removed. */
export async function measureContainers(
  { hostd, specs }: MeasuringParts,
  { signal, stack }: ListOptions,
): Promise<readonly MeasuredContainer[]> {
  const measured: MeasuredContainer[] = [];
  let after: string | undefined;
  do {
    const page = await hostd.call('container.stats', after === undefined ? {} : { after }, { signal });
    for (const { id, ...stats } of page.containers) {
      const spec = specs.read(id);
      const isWanted = stack === undefined || spec?.slot.stack === stack;
      if (spec !== undefined && isWanted) measured.push({ spec, stats });
    }
    after = page.next;
  } while (after !== undefined);
  return measured;
}
