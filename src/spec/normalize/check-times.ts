import type { CheckTimes } from '../../model/stack.ts';
import type { CheckTimesAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';
import { readDurationMs, readInteger } from './values.ts';

/** How often something is asked; zero means the default, as in Compose. */
export function readCheckTimes(field: Field<CheckTimesAsWritten>, defaults: CheckTimes): CheckTimes {
  return {
    intervalMs: readDurationMs(field.get('interval')) || defaults.intervalMs,
    timeoutMs: readDurationMs(field.get('timeout')) || defaults.timeoutMs,
    retries: readInteger(field.get('retries'), { min: 0 }) || defaults.retries,
    startPeriodMs: readDurationMs(field.get('start_period')) ?? defaults.startPeriodMs,
    startIntervalMs: readDurationMs(field.get('start_interval')) || defaults.startIntervalMs,
  };
}
