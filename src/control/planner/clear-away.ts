import type { Planning } from './planning.ts';

/** Removes networks that nothing of the stack uses any more; at the very end of a removed stack, the stack itself. */
export function planClearAway(planning: Planning): void {
  const { input, removals, draft } = planning;
  const { desired, observed } = input;
  const stack = desired.stack.name;
  const kept = new Set(desired.wanted === 'removed' ? [] : neededNetworks(planning));
  const staying = observed.containers.filter(
    ({ spec }) => spec.slot.stack === stack && !removals.has(spec.id),
  );
  const last: string[] = [];
  for (const { name, stack: owner } of observed.networks) {
    if (owner !== stack || kept.has(name)) continue;
    if (staying.some(({ spec }) => Object.values(spec.networks).includes(name))) continue;
    const leaving = observed.containers.filter(({ spec }) => Object.values(spec.networks).includes(name));
    const step = draft.add({
      kind: 'removeNetwork',
      target: name,
      args: { network: name },
      after: leaving.flatMap(({ spec }) => removals.get(spec.id) ?? []),
      causes: [{ kind: 'removed', what: desired.wanted === 'removed' ? `stack ${stack}` : 'last use' }],
      impact: 'remove',
    });
    last.push(step);
  }
  if (desired.wanted !== 'removed' || staying.length > 0) return;
  const endpoints = Object.keys(observed.endpoints).flatMap((key) =>
    draft.providers(`endpoints ${key.slice(stack.length + 1)}`),
  );
  draft.add({
    kind: 'forgetStack',
    target: stack,
    args: { stack },
    after: [...removals.values(), ...endpoints, ...last],
    causes: [{ kind: 'removed', what: `stack ${stack}` }],
    impact: 'remove',
  });
}

/** Networks of the desired services, except those that must be made anew once nothing is attached to them. */
function neededNetworks({ view, outdatedNetworks, input }: Planning): readonly string[] {
  const { stack } = input.desired;
  const unresolved = view.unresolved.flatMap(({ network }) =>
    network.kind === 'networks'
      ? network.attachments.flatMap((entry) => stack.networks[entry.network]?.name ?? [])
      : [],
  );
  const used = view.services.flatMap(({ spec }) => Object.values(spec.networks));
  return [...used, ...unresolved].filter((name) => !outdatedNetworks.has(name));
}
