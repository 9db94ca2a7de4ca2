import type { PublishedPort, Service } from '../../model/stack.ts';
import type { StackAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';

/** Reports host ports that two services of the stack publish; replicas of one service share theirs. */
export function checkPortClashes(
  services: Readonly<Record<string, Service>>,
  root: Field<StackAsWritten>,
): void {
  const holders = new Map<string, { readonly service: string; readonly port: PublishedPort }[]>();
  for (const { name, ports } of Object.values(services)) {
    for (const port of ports) {
      const key = `${port.hostPort}/${port.protocol}`;
      const others = holders.get(key) ?? [];
      const clash = others.find((other) => overlaps(other.port, port));
      if (clash !== undefined) report(root, { name, port: key, holder: clash.service });
      holders.set(key, [...others, { service: name, port }]);
    }
  }
}

interface Clash {
  readonly name: string;
  readonly port: string;
  readonly holder: string;
}

function report(root: Field<StackAsWritten>, { name, port, holder }: Clash): void {
  const field = root.get('services')?.get(name)?.get('ports');
  const message =
    holder === name
      ? `service ${quote(name)} publishes host port ${port} twice`
      : `services ${quote(holder)} and ${quote(name)} both publish host port ${port}`;
  field?.error('spec.duplicate-port', message, { atKey: true });
}

function overlaps(a: PublishedPort, b: PublishedPort): boolean {
  const [first, second] = [a.hostAddress, b.hostAddress];
  if (first === undefined || second === undefined || first === second) return true;
  const isSameFamily = first.includes(':') === second.includes(':');
  return isSameFamily && [first, second].some((address) => address === '0.0.0.0' || address === '::');
}
