import type { Service } from '../../model/stack.ts';
import type { ServiceAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';
import { normalizeHealthCheck } from './health-check.ts';
import { normalizeProbe } from './probe.ts';

/** How it is known whether the service can be used: `x-tsorch.probes.ready`, which goes before `healthcheck`. */
export function normalizeReadiness(field: Field<ServiceAsWritten>): Service['healthCheck'] {
  const written = field.get('healthcheck');
  const healthCheck = normalizeHealthCheck(written);
  const ready = field.get('x-tsorch')?.get('probes')?.get('ready');
  if (ready === undefined) return healthCheck;
  const probe = normalizeProbe(ready);
  written?.warn('spec.ignored', '`healthcheck` is for other tools: `x-tsorch.probes.ready` counts here', {
    atKey: true,
    hint: 'nothing has to be done',
  });
  return probe ?? healthCheck;
}
