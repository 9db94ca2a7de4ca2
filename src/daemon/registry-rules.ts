import { readFileSync } from 'node:fs';
import type { NodeConfig, RegistryConfig } from '../config/node-config.ts';
import type { TlsMaterial } from '../engine/images/registry/http-exchange.ts';
import type { RegistryRules } from '../engine/images/registry/registry-host.ts';
import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { certificateFolders, readCertificateFolders } from './certificate-folders.ts';

/**
 * Reads the files that node.yaml names for registries. One that it says nothing of the certificates of has those of Docker's and
 * containers' folders.
 *
 * @throws TsorchError `node.bad-config`
 */
export function registryRules(
  registries: NodeConfig['registries'],
  folders: readonly string[] = certificateFolders,
): RegistryRules {
  const found = readCertificateFolders(folders);
  const others = [...found].filter(([domain]) => registries[domain] === undefined);
  const entries = Object.entries(registries).map(([domain, { insecure, mirrors, ...files }]) => {
    const tls = readTls(domain, files) ?? found.get(domain);
    return [
      domain,
      {
        ...(insecure === undefined ? {} : { insecure }),
        ...(mirrors === undefined ? {} : { mirrors }),
        ...(tls === undefined ? {} : { tls }),
      },
    ];
  });
  return Object.fromEntries([...others.map(([domain, tls]) => [domain, { tls }]), ...entries]);
}

type TlsFiles = Pick<RegistryConfig, 'ca' | 'clientCertificate' | 'clientKey'>;

function readTls(domain: string, { ca, clientCertificate, clientKey }: TlsFiles): TlsMaterial | undefined {
  if (ca === undefined && clientCertificate === undefined && clientKey === undefined) return undefined;
  if ((clientCertificate === undefined) !== (clientKey === undefined))
    throw badRegistry(domain, 'clientCertificate and clientKey need each other');
  return {
    ...(ca === undefined ? {} : { authorities: readPem(domain, ca) }),
    ...(clientCertificate === undefined ? {} : { clientCertificate: readPem(domain, clientCertificate) }),
    ...(clientKey === undefined ? {} : { clientKey: readPem(domain, clientKey) }),
  };
}

function readPem(domain: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw badRegistry(domain, `cannot read ${path}`, cause);
  }
  if (!text.includes('-----BEGIN ')) throw badRegistry(domain, `${path} is no PEM file`);
  return text;
}

function badRegistry(domain: string, why: string, cause?: unknown): TsorchError<ErrorCode> {
  return new TsorchError('node.bad-config', `registries.${domain} of the node configuration: ${why}`, {
    object: domain,
    ...(cause === undefined ? {} : { cause }),
    hint: 'correct the entry; schemas/node-config.schema.json describes every key',
  });
}
