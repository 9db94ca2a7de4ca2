import type { ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';

export interface Link {
  readonly service: string;
  readonly alias: string;
  readonly field: Field<unknown>;
}

/** `SERVICE[:ALIAS]` */
export function readLinks(service: Field<ServiceAsWritten>): Link[] {
  return (service.get('links')?.items() ?? []).flatMap((field) => {
    const [target = '', alias = target, ...rest] = String(field.value).split(':');
    if (target !== '' && alias !== '' && rest.length === 0) return [{ service: target, alias, field }];
    field.error('spec.bad-value', `${quote(field.value)} is not a link; write "SERVICE[:ALIAS]"`);
    return [];
  });
}
