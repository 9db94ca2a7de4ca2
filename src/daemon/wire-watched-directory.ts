import type { NodeConfig } from '../config/node-config.ts';
import type { StackController } from '../control/stack-controller.ts';
import type { Logger } from '../lib/logger.ts';
import { formatProblem } from '../spec/format-problem.ts';
import { WatchDirectory, type WatchEvent } from '../spec/watch-directory.ts';

/** Stack files that appear, change or go in the watched directory become what is wanted; one event after the other. */
export async function wireWatchedDirectory(
  { stacksDir }: NodeConfig,
  controller: StackController,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  if (stacksDir === undefined) return { close: async () => {} };
  let queue = Promise.resolve();
  const known = controller.names().flatMap((stack) => {
    const path = controller.revisions(stack)[0]?.source ?? '';
    return path.startsWith(`${stacksDir}/`) ? [{ path, stack }] : [];
  });
  const watch = new WatchDirectory({
    directory: stacksDir,
    known,
    onEvent: (event) => {
      queue = queue.then(() => obey(event, controller, logger));
    },
  });
  await watch.start();
  return {
    close: async () => {
      await watch[Symbol.asyncDispose]();
      await queue;
    },
  };
}

async function obey(event: WatchEvent, controller: StackController, logger: Logger): Promise<void> {
  try {
    switch (event.kind) {
      case 'changed':
        await controller.apply(event.stack, { source: event.path });
        logger.info('stack file applied', { path: event.path, stack: event.stack.name });
        return;
      case 'removed':
        controller.delete(event.stack);
        logger.info('stack file is gone, its stack is deleted', { path: event.path, stack: event.stack });
        return;
      case 'invalid':
        logger.error('stack file cannot be applied', {
          path: event.path,
          problems: event.problems.map(formatProblem),
        });
        return;
      case 'held':
        logger.error('stack files vanished all at once; nothing is deleted', { ...event });
        return;
    }
  } catch (error) {
    logger.error('stack file was refused', { event: event.kind, error: String(error) });
  }
}
