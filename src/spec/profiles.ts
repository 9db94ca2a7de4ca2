import type { ServiceAsWritten, StackAsWritten } from './as-written.ts';
import type { Field } from './field.ts';

export interface ProfiledServices {
  readonly enabled: ReadonlySet<string>;
  readonly disabled: ReadonlySet<string>;
}

/** Services without a profile are always on, others when one of theirs is active; `*` turns all on. */
export function selectServices(root: Field<StackAsWritten>, active: ReadonlySet<string>): ProfiledServices {
  const enabled = new Set<string>();
  const disabled = new Set<string>();
  for (const [name, { value }] of root.get('services')?.entries() ?? []) {
    (isEnabled(value, active) ? enabled : disabled).add(name);
  }
  return { enabled, disabled };
}

function isEnabled(service: ServiceAsWritten | null | undefined, active: ReadonlySet<string>): boolean {
  const profiles = service?.profiles ?? [];
  return profiles.length === 0 || active.has('*') || profiles.some((profile) => active.has(String(profile)));
}
