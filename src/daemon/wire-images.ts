import { readFileSync } from 'node:fs';
import type { NodeConfig } from '../config/node-config.ts';
import type { Hostd } from '../engine/host/hostd.ts';
import { FileContentStore } from '../engine/images/content/file-content-store.ts';
import { ImageNames } from '../engine/images/content/image-names.ts';
import { HostdLayerUnpacker } from '../engine/images/hostd-layer-unpacker.ts';
import { LayerDirectories } from '../engine/images/layer-directories.ts';
import { LocalImageStore } from '../engine/images/local-image-store.ts';
import { TrustRecords } from '../engine/images/policy/trust-records.ts';
import { CredentialFiles } from '../engine/images/registry/credential-files.ts';
import { HttpRegistryClient } from '../engine/images/registry/http-registry-client.ts';
import { ProxyRules } from '../engine/images/registry/proxy-rules.ts';
import { RegistryAccounts } from '../engine/images/registry/registry-accounts.ts';
import { systemClock } from '../lib/clock.ts';
import { hostPlatform } from '../model/platform.ts';
import { registryRules } from './registry-rules.ts';
import { TrustPolicyWatch } from './trust-policy-watch.ts';

interface WireImagesOptions {
  readonly config: NodeConfig;
  readonly hostd: Hostd;
  readonly version: string;
}

/** Node does not look into the system's store by itself. */
const systemAuthorities = '/etc/ssl/certs/ca-certificates.crt';

/** The image manager: one object behind the three contracts that its users know. */
export function wireImages({ config, hostd, version }: WireImagesOptions) {
  const { paths, credentialFiles } = config;
  const directory = paths.images;
  const registry = new HttpRegistryClient({
    rules: registryRules(config.registries),
    credentials: new CredentialFiles(credentialFiles),
    clock: systemClock,
    userAgent: `tsorch/${version}`,
    certificateAuthorities: readIfThere(systemAuthorities),
    proxies: new ProxyRules(config.proxy),
  });
  const policy = new TrustPolicyWatch(config.trustPolicy);
  const images = new LocalImageStore({
    content: new FileContentStore(directory),
    names: new ImageNames(directory),
    layers: new HostdLayerUnpacker(hostd),
    directories: new LayerDirectories(directory),
    platform: hostPlatform(process.arch),
    clock: systemClock,
    registry,
    policy: policy.current,
    trustRecords: new TrustRecords(directory),
  });
  const accounts = new RegistryAccounts(credentialFiles, registry);
  return { store: images, containerImages: images, manager: images, transfers: images, accounts, policy };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Node's own list is used then
  }
}
