import { statfsSync } from 'node:fs';
import type { NodeConfig } from '../config/node-config.ts';
import type { StackController } from '../control/stack-controller.ts';
import { DiskPressure } from '../engine/images/disk-pressure.ts';
import { systemClock } from '../lib/clock.ts';
import { causeChain } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { imageUsers } from './image-users.ts';
import type { WiredEngine } from './wire-engine.ts';

/** Keeps room on the images' disk where node.yaml says how much; what is returned ends that. */
export function wireDiskPressure(
  { diskPressure, paths }: NodeConfig,
  { containers, images }: WiredEngine,
  { controller, logger }: { readonly controller: StackController; readonly logger: Logger },
): () => Promise<void> {
  if (diskPressure === undefined) return async () => {};
  const pressure = new DiskPressure({
    thresholds: diskPressure,
    usage: () => usedPercent(paths.images),
    removeLongestUnused: async () =>
      images.manager.removeLongestUnused(await imageUsers({ containers, controller })),
    onRelief: (image, usage) => {
      const facts = { usedPercent: Math.round(usage), ...diskPressure };
      if (image === undefined) logger.warn('the disk of images is full, and no image is unused', facts);
      else logger.info('removed an unused image: the disk of images is full', { image, ...facts });
    },
    onError: (error) => logger.warn('cannot make room for images', { reason: causeChain(error).join(': ') }),
    clock: systemClock,
  });
  const stopping = new AbortController();
  const watching = pressure.watch({ signal: stopping.signal });
  return () => {
    stopping.abort();
    return watching;
  };
}

/** As df(1) says it: root's reserve is neither used nor free. */
function usedPercent(directory: string): number {
  const { blocks, bfree, bavail } = statfsSync(directory);
  const used = blocks - bfree;
  return (100 * used) / (used + bavail);
}
