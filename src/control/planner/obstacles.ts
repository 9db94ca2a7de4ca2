import type { PortConflict } from '../../model/observed-state.ts';
import type { Planning } from './planning.ts';

/** Images that mean nothing here or are not trusted, and host ports that somebody else holds. */
export function findObstacles(planning: Planning): void {
  const { input, view, obstacles } = planning;
  for (const { name, image } of view.unresolved)
    planning.draft.block({
      service: name,
      target: name,
      kind: 'stuck',
      code: 'image.not-found',
      reason: `image ${image} is not known`,
    });
  for (const { name, service } of view.services) {
    if (service.replicas === 0) continue;
    const refusal = input.observed.imagesRefused.find(({ reference }) => reference === service.image);
    if (refusal !== undefined) {
      const { code, reason, hint } = refusal;
      obstacles.set(name, { kind: 'stuck', code, reason, ...(hint === undefined ? {} : { hint }) });
      continue;
    }
    const conflicts = input.observed.portConflicts.filter((conflict) => conflict.service === name);
    if (conflicts.length === 0) continue;
    obstacles.set(name, {
      kind: 'stuck',
      code: 'network.port-in-use',
      reason: conflicts.map(describeConflict).join('; '),
    });
  }
}

export function describeConflict({ hostAddress = '*', hostPort, protocol, holder }: PortConflict): string {
  return `port ${hostAddress}:${hostPort}/${protocol} is held by ${holder}`;
}
