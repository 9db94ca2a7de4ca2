import type { Reconciler } from '../control/reconciler/reconciler.ts';
import { systemClock } from '../lib/clock.ts';
import type { WiredEngine } from './wire-engine.ts';

/** So often images that were refused are looked at again: somebody may have signed them, or a registry may answer again. */
const recheckMs = 30_000;

/** Wakes the stacks when the trust policy has changed, and now and then while images are refused; what is returned ends that. */
export function wireTrust({ images }: WiredEngine, reconciler: Pick<Reconciler, 'wakeAll'>): () => void {
  const forget = images.policy.watch(() => reconciler.wakeAll('trust policy'));
  const timer = setInterval(() => {
    if (images.store.hasRefusedSince(systemClock.now() - 2 * recheckMs)) reconciler.wakeAll('refused images');
  }, recheckMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    forget();
  };
}
