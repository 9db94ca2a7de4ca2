import type { ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { readInteger } from './values.ts';

const maxReplicas = 1000;

/** `deploy.replicas` or `scale`, which must agree; 1 if neither is there. */
export function normalizeReplicas(service: Field<ServiceAsWritten>): number {
  const deploy = service.get('deploy');
  const replicas = readInteger(deploy?.get('replicas'), { min: 0, max: maxReplicas });
  const scaleField = service.get('scale');
  const scale = readInteger(scaleField, { min: 0, max: maxReplicas });
  if (replicas !== undefined && scale !== undefined && replicas !== scale) {
    scaleField?.error('spec.contradiction', `\`scale\` is ${scale} and \`deploy.replicas\` is ${replicas}`);
  }
  const count = replicas ?? scale ?? 1;
  const limit = readInteger(deploy?.get('placement')?.get('max_replicas_per_node'), { min: 0 });
  if (limit !== undefined && limit > 0 && count > limit) {
    deploy
      ?.get('placement')
      ?.error('spec.contradiction', `${count} replicas are wanted, but ${limit} allowed on a node`);
  }
  const name = service.get('container_name');
  if (count > 1 && name !== undefined) {
    name.error('spec.contradiction', `${quote(name.value)} cannot be the name of ${count} containers`);
  }
  return count;
}
