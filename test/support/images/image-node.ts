import { join } from 'node:path';
import { FileContentStore } from '../../../src/engine/images/content/file-content-store.ts';
import { ImageNames } from '../../../src/engine/images/content/image-names.ts';
import { LayerDirectories } from '../../../src/engine/images/layer-directories.ts';
import type { LayerUnpacker } from '../../../src/engine/images/layer-unpacker.ts';
import { LocalImageStore } from '../../../src/engine/images/local-image-store.ts';
import type { TrustPolicySource } from '../../../src/engine/images/policy/trust-policy.ts';
import { TrustRecords } from '../../../src/engine/images/policy/trust-records.ts';
import type { CredentialSource } from '../../../src/engine/images/registry/credentials.ts';
import { HttpRegistryClient } from '../../../src/engine/images/registry/http-registry-client.ts';
import type { ProxyRules } from '../../../src/engine/images/registry/proxy-rules.ts';
import type { RegistryRules } from '../../../src/engine/images/registry/registry-host.ts';
import type { UploadLimits } from '../../../src/engine/images/registry/upload-limits.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { hostPlatform } from '../../../src/model/platform.ts';
import { FakeLayerUnpacker } from '../../fakes/fake-layer-unpacker.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface ImageNode {
  /** `<root>/images` */
  readonly directory: string;
  readonly content: FileContentStore;
  readonly names: ImageNames;
  readonly images: LocalImageStore;
  /** Another daemon on the same directory. */
  restart(): ImageNode;
}

export interface ImageNodeOptions {
  readonly directory?: string;
  readonly layers?: LayerUnpacker;
  readonly credentials?: CredentialSource;
  readonly stallMs?: number;
  readonly rules?: RegistryRules;
  readonly uploads?: UploadLimits;
  readonly proxies?: ProxyRules;
  readonly policy?: TrustPolicySource;
}

/** The image store as the daemon wires it, on a scratch directory; layers are only verified unless an unpacker is given. */
export function imageNode(options: ImageNodeOptions = {}): ImageNode {
  const directory = options.directory ?? join(temporaryFolder(), 'images');
  const content = new FileContentStore(directory);
  const names = new ImageNames(directory);
  const registry = testClient(options);
  const images = new LocalImageStore({
    content,
    names,
    layers: options.layers ?? new FakeLayerUnpacker(directory),
    directories: new LayerDirectories(directory),
    registry,
    policy: options.policy ?? (async () => undefined),
    trustRecords: new TrustRecords(directory),
    platform: hostPlatform(process.arch),
    clock: systemClock,
  });
  return { directory, content, names, images, restart: () => imageNode({ ...options, directory }) };
}

/** Tries as often as the real one, without the pauses. */
export function testClient({
  credentials,
  stallMs = 5000,
  rules = {},
  uploads,
  proxies,
}: ImageNodeOptions = {}): HttpRegistryClient {
  return new HttpRegistryClient({
    rules,
    credentials: credentials ?? { find: () => Promise.resolve(undefined) },
    clock: systemClock,
    userAgent: 'tsorch/test',
    retry: { attempts: 3, firstPauseMs: 1, longestPauseMs: 20 },
    stallMs,
    ...(uploads === undefined ? {} : { uploads }),
    ...(proxies === undefined ? {} : { proxies }),
  });
}
