import type { Service } from '../../model/stack.ts';
import { topologicalLayers } from './topological-layers.ts';

/**
 * Names of services, each after those it depends on; among equals by name. Total: the members of a cycle (which `spec/`
 * refuses) come last.
 */
export function dependencyOrder(services: Readonly<Record<string, Service>>): readonly string[] {
  const items = Object.keys(services)
    .sort()
    .map((name) => ({ key: name, after: services[name]?.dependsOn.map((edge) => edge.service) ?? [] }));
  return topologicalLayers(items).flatMap((layer) => layer.map(({ key }) => key));
}
