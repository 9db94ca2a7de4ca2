import type { Service } from '../../model/stack.ts';

/** Environment variables may be secrets: their names are shown, their values never. */
export function hideValues(service: Service): Service {
  const names = Object.keys(service.environment);
  return { ...service, environment: Object.fromEntries(names.map((name) => [name, '(hidden)'])) };
}
