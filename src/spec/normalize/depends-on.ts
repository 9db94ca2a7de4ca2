import type { Dependency } from '../../model/stack.ts';
import type { DependencyAsWritten, ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { didYouMean } from '../suggest.ts';
import type { NormalizeContext } from './context.ts';
import { readLinks } from './links.ts';
import { readBoolean } from './values.ts';

type DependsOn = NonNullable<ServiceAsWritten['depends_on']>;

interface Placed {
  readonly dependency: Dependency;
  readonly field: Field<unknown>;
}

/** `depends_on`, and what `links` implies. A service that is not there drops out if it is not required. */
export function normalizeDependsOn(
  service: Field<ServiceAsWritten>,
  context: NormalizeContext,
): Dependency[] {
  const found = new Map<string, Dependency>();
  const written = service.get('depends_on');
  const linked = readLinks(service).map((link) => ({
    dependency: started(link.service, true),
    field: link.field,
  }));
  for (const { dependency, field } of [
    ...(written === undefined ? [] : readDependencies(written)),
    ...linked,
  ]) {
    if (found.has(dependency.service) || !isThere(dependency, field, { service: service.key, context }))
      continue;
    found.set(dependency.service, dependency);
  }
  return [...found.values()];
}

/** Short form: started and required. */
function readDependencies(field: Field<DependsOn>): Placed[] {
  const { value } = field;
  if (isList(value))
    return field
      .as(value)
      .items()
      .map((item) => ({ dependency: started(item.value), field: item }));
  return field
    .as(value)
    .entries()
    .map(([service, entry]) => ({ dependency: readLong(service, entry), field: entry }));
}

function readLong(service: string, entry: Field<DependencyAsWritten | null>): Dependency {
  const { value } = entry;
  if (value === null || value === undefined) return started(service);
  const written = entry.as(value);
  return {
    service,
    condition: value.condition ?? 'service_started',
    restart: readBoolean(written.get('restart')) ?? false,
    required: readBoolean(written.get('required')) ?? true,
  };
}

function started(service: string, restart = false): Dependency {
  return { service, condition: 'service_started', restart, required: true };
}

function isThere(
  dependency: Dependency,
  field: Field<unknown>,
  { service, context }: { readonly service: string; readonly context: NormalizeContext },
): boolean {
  const { services, disabledServices } = context.declared;
  const name = dependency.service;
  if (services.has(name)) return true;
  if (!dependency.required) return false;
  const says = `service ${quote(service)} depends on ${quote(name)}`;
  const atKey = typeof field.value !== 'string';
  if (disabledServices.has(name)) {
    field.error('spec.profile-off', `${says}, whose profiles are not active`, { atKey });
    return false;
  }
  const hint = didYouMean(name, services);
  field.error('spec.unknown-service', `${says}, which is not in this stack`, { atKey, hint });
  return false;
}

function isList(value: DependsOn): value is readonly string[] {
  return Array.isArray(value);
}
