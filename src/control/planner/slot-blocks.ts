import type { ObservedContainer } from '../../model/observed-state.ts';
import type { SlotView } from './match-containers.ts';
import type { Planning } from './planning.ts';
import { loopingAttempts, type RestartDecision } from './restart-policy.ts';

/** Its policy leaves a failed task alone; only a person brings it back. */
export function blockFailed({ draft }: Planning, { key, slot, current }: SlotView): void {
  draft.block({
    service: slot.service,
    target: key,
    kind: 'stuck',
    code: 'service.failed',
    reason: `${describeEnd(current)}, and its restart policy leaves it so`,
    hint: `see \`tsorch logs\`, then start it again with \`tsorch start ${slot.stack} ${slot.service}\``,
  });
}

/** After some failures in a row nobody should wait for the service any longer, though it goes on trying. */
export function blockBackoff(
  { draft }: Planning,
  { key, slot, current }: SlotView,
  { until, attempts }: Extract<RestartDecision, { kind: 'wait' }>,
): void {
  const looping = attempts >= loopingAttempts;
  draft.block({
    service: slot.service,
    target: key,
    kind: looping ? 'stuck' : 'wait',
    ...(looping ? { code: 'service.failed', hint: 'see `tsorch logs`' } : {}),
    reason: `${describeEnd(current)}, failure ${attempts} in a row; waits before the next start`,
    until,
  });
}

function describeEnd(container: ObservedContainer | undefined): string {
  const exit = container?.exit;
  if (exit === undefined || exit.reason === 'monitorLost') return 'nobody saw its task end';
  if (exit.reason === 'startError') return `could not be started (${exit.error?.message ?? 'unknown error'})`;
  if (exit.oomKilled) return `was killed for using too much memory (status ${exit.code})`;
  return `exited with status ${exit.code}`;
}
