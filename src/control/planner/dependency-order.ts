import type { Service } from '../../model/stack.ts';

/**
 * Names of services, each after those it depends on; among equals by name. Total: the members of a cycle (which `spec/`
 * refuses) come last.
 */
export function dependencyOrder(services: Readonly<Record<string, Service>>): readonly string[] {
  const ordered: string[] = [];
  const waiting = new Set(Object.keys(services).sort());
  while (waiting.size > 0) {
    const free = [...waiting].filter((name) => !dependsOnAny(services[name], waiting));
    const next = free.length > 0 ? free : [...waiting];
    for (const name of next) waiting.delete(name);
    ordered.push(...next);
  }
  return ordered;
}

function dependsOnAny(service: Service | undefined, names: ReadonlySet<string>): boolean {
  return service?.dependsOn.some((edge) => edge.service !== service.name && names.has(edge.service)) ?? false;
}
