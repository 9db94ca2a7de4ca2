import type { TraceEvent } from '../control/reconciler/trace.ts';
import type { Logger } from '../lib/logger.ts';

/** info = something changed; warn = we cope; debug = a decision. */
export function logTrace(logger: Logger, event: TraceEvent): void {
  const { stack, round } = event;
  switch (event.kind) {
    case 'round-begins':
      logger.debug('round begins', { stack, round, reasons: event.reasons });
      return;
    case 'planned':
      logger.debug('planned', { stack, round, steps: event.plan.steps.length, blocked: event.plan.blocked });
      return;
    case 'step-ends': {
      const { step, outcome, durationMs } = event;
      const fields = { stack, round, step: step.kind, target: step.target, durationMs };
      if (outcome.kind === 'failed') logger.warn('step failed', { ...fields, error: String(outcome.error) });
      else if (outcome.kind === 'done') logger.info('step done', fields);
      return;
    }
    case 'round-ends':
      if (event.result.kind === 'failed')
        logger.error('round failed', { stack, round, error: String(event.result.error) });
      return;
    case 'observed':
    case 'step-begins':
      return;
  }
}
