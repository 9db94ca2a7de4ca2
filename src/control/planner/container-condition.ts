import type { EpochMs } from '../../model/brand.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';

/** A task whose program has not ended. */
export function isLive({ phase }: Pick<ObservedContainer, 'phase'>): boolean {
  return phase === 'starting' || phase === 'running' || phase === 'paused' || phase === 'stopping';
}

/** Runs and, where there is a probe, passes it. */
export function isReady({ phase, health }: Pick<ObservedContainer, 'phase' | 'health'>): boolean {
  return phase === 'running' && (health === 'none' || health === 'healthy');
}

/** Runs and will be ready, or not, without anybody doing anything; a paused one rests until somebody resumes it. */
export function isComingUp(container: Pick<ObservedContainer, 'phase' | 'health'>): boolean {
  return isLive(container) && !isReady(container) && container.phase !== 'paused';
}

/** Its last task ended with status 0, and not because it was told to: tasks up to `renewal` do not count. */
export function hasSucceeded({ phase, exit }: ObservedContainer, renewal: number): boolean {
  return phase === 'exited' && exit?.reason === 'exited' && exit.code === 0 && exit.task > renewal;
}

/** A program of it was executed in this life, whatever became of it. */
export function wasStarted({ task, phase, exit }: ObservedContainer): boolean {
  return task !== undefined && phase !== 'created' && phase !== 'partial' && exit?.reason !== 'startError';
}

/** Since when it is ready; only for a ready one. */
export function readySince({ health, healthSince, task }: ObservedContainer): EpochMs {
  const startedAt = task?.startedAt ?? 0;
  return health === 'healthy' ? Math.max(healthSince ?? startedAt, startedAt) : startedAt;
}
