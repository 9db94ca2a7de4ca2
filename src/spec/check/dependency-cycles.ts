import type { Service } from '../../model/stack.ts';
import type { StackAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';

/** Reports each service whose `depends_on` closes a circle, with the whole way round. */
export function checkDependencyCycles(
  services: Readonly<Record<string, Service>>,
  root: Field<StackAsWritten>,
): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const from = path.indexOf(name);
    if (from >= 0) report(root, [...path.slice(from), name]);
    if (from >= 0 || done.has(name)) return;
    for (const { service } of services[name]?.dependsOn ?? []) visit(service, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(services)) visit(name, []);
}

function report(root: Field<StackAsWritten>, cycle: readonly string[]): void {
  const closing = cycle.at(-2) ?? '';
  const service = root.get('services')?.get(closing);
  const field = service?.get('depends_on') ?? service?.get('links') ?? service;
  field?.error('spec.dependency-cycle', `services wait for each other: ${cycle.join(' -> ')}`, {
    atKey: true,
    hint: `remove ${cycle.at(-1)} from \`depends_on\` of ${closing}, or another link of the circle`,
  });
}
