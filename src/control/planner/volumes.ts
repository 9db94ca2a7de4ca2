import type { Planning } from './planning.ts';

/** Makes missing volumes. Nothing here, or anywhere in a plan, removes one. */
export function planVolumes(planning: Planning): void {
  const { input, draft, view, obstacles } = planning;
  const { stack, wanted } = input.desired;
  if (wanted !== 'running') return;
  const present = new Set(input.observed.volumes.map(({ name }) => name));
  for (const key of Object.keys(stack.volumes).sort()) {
    const definition = stack.volumes[key];
    if (definition === undefined || present.has(definition.name)) continue;
    if (!definition.external) {
      draft.provide(`volume ${definition.name}`, {
        kind: 'ensureVolume',
        target: definition.name,
        args: { definition },
        causes: [{ kind: 'missing', what: 'volume' }],
        impact: 'create',
      });
      continue;
    }
    for (const { name, spec } of view.services)
      if (key in spec.volumes)
        obstacles.set(name, {
          kind: 'stuck',
          code: 'volume.not-found',
          reason: `volume ${definition.name} is external and does not exist`,
        });
  }
}
