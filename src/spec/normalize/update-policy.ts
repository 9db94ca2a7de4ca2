import type { UpdatePolicy } from '../../model/stack.ts';
import type { UpdateConfigAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';
import { readDurationMs, readInteger } from './values.ts';

export function normalizeUpdatePolicy(field: Field<UpdateConfigAsWritten> | undefined): UpdatePolicy {
  return {
    order: field?.value.order ?? 'stop-first',
    parallelism: readInteger(field?.get('parallelism'), { min: 0 }) ?? 1,
    delayMs: readDurationMs(field?.get('delay')) ?? 0,
  };
}
