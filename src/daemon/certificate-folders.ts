import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsMaterial } from '../engine/images/registry/http-exchange.ts';

/** Where Docker and containers' tools keep certificates of registries; the first that has a folder for a registry wins. */
export const certificateFolders: readonly string[] = ['/etc/containers/certs.d', '/etc/docker/certs.d'];

/**
 * `<folder>/<host[:port]>/` with authorities as `*.crt` and one client certificate as `*.cert` beside `*.key`
 * (containers-certs.d(5)). What cannot be read is somebody else's mistake, and no reason not to start.
 */
export function readCertificateFolders(folders: readonly string[]): ReadonlyMap<string, TlsMaterial> {
  const found = new Map<string, TlsMaterial>();
  for (const folder of folders) {
    for (const domain of names(folder)) {
      const tls = found.has(domain) ? undefined : readFolder(join(folder, domain));
      if (tls !== undefined) found.set(domain, tls);
    }
  }
  return found;
}

function readFolder(folder: string): TlsMaterial | undefined {
  const files = names(folder);
  const texts = (ending: string) =>
    files.filter((name) => name.endsWith(ending)).flatMap((name) => pem(join(folder, name)) ?? []);
  const authorities = texts('.crt').join('\n');
  const [clientCertificate] = texts('.cert');
  const [clientKey] = texts('.key');
  const hasClient = clientCertificate !== undefined && clientKey !== undefined;
  if (authorities === '' && !hasClient) return undefined;
  return {
    ...(authorities === '' ? {} : { authorities }),
    ...(hasClient ? { clientCertificate, clientKey } : {}),
  };
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function pem(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('-----BEGIN ') ? text : undefined;
  } catch {
    return undefined;
  }
}
