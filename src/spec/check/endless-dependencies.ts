import type { Service } from '../../model/stack.ts';
import type { StackAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';

/** A service that is always started again never completes: who waits for its end waits for ever. */
export function checkEndlessDependencies(
  services: Readonly<Record<string, Service>>,
  root: Field<StackAsWritten>,
): void {
  for (const { name, dependsOn } of Object.values(services)) {
    for (const { service, condition } of dependsOn) {
      const restart = services[service]?.restart.kind;
      if (condition !== 'service_completed_successfully') continue;
      if (restart !== 'always' && restart !== 'unless-stopped') continue;
      const message = `service ${quote(name)} waits for ${quote(service)} to complete, which is restarted for ever`;
      const hint = `write \`restart: on-failure\` or \`restart: "no"\` for ${service}`;
      const field = root.get('services')?.get(name)?.get('depends_on');
      field?.warn('spec.contradiction', message, { atKey: true, hint });
    }
  }
}
