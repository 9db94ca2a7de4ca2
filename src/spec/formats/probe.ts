import { isIP } from 'node:net';

/** A probe in its short form, taken apart. Its parts are text as written; their limits are not checked here. */
export type ShortProbe =
  | { readonly kind: 'http'; readonly address?: string; readonly port: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly address?: string; readonly port: string }
  | { readonly kind: 'grpc'; readonly address?: string; readonly port: string; readonly service: string }
  | { readonly kind: 'unix'; readonly socket: string }
  | { readonly kind: 'exec'; readonly command: string };

/**
 * Reads `http://[ADDRESS]:PORT[/PATH]`, `tcp:[ADDRESS]:PORT`, `grpc:[ADDRESS]:PORT[/SERVICE]`, `unix:PATH` or `exec:COMMAND`; an
 * IPv6 address stands in brackets.
 */
export function parseShortProbe(text: string): ShortProbe | { readonly problem: string } {
  const [, kind = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'http':
      return rest.startsWith('//')
        ? withPlace(rest.slice(2), (place, behind) => ({
            kind,
            ...place,
            path: behind === '' ? '/' : behind,
          }))
        : { problem: 'an http probe is written http://:PORT/PATH' };
    case 'https':
      return { problem: 'a probe speaks no TLS; probe a clear-text port, or tcp' };
    case 'tcp':
      return withPlace(rest, (place, behind) =>
        behind === '' ? { kind, ...place } : { problem: `nothing can stand behind the port: "${behind}"` },
      );
    case 'grpc':
      return withPlace(rest, (place, behind) => ({ kind, ...place, service: behind.slice(1) }));
    case 'unix':
      return { kind, socket: rest };
    case 'exec':
      return { kind, command: rest };
    default:
      return { problem: 'it begins with none of http://, tcp:, grpc:, unix: and exec:' };
  }
}

interface Place {
  readonly address?: string;
  readonly port: string;
}

/** Splits `[ADDRESS]:PORT[/...]`. */
function withPlace<T>(
  text: string,
  make: (place: Place, behind: string) => T,
): T | { readonly problem: string } {
  const match = /^(?:\[([^\]]*)\]|([^:/]*)):(\d+)(\/.*)?$/s.exec(text);
  if (match === null) return { problem: 'it has no :PORT' };
  const [, six, four, port = '', behind = ''] = match;
  const address = six ?? four ?? '';
  if (address === '' && six === undefined) return make({ port }, behind);
  if (isIP(address) !== (six === undefined ? 4 : 6))
    return { problem: `"${address}" is not an IP address; leave it out for the container itself` };
  return make({ address, port }, behind);
}
