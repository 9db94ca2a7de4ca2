import type { Clock } from '../../lib/clock.ts';
import type { Platform } from '../../model/platform.ts';
import type { ContentStore } from './content/content-store.ts';
import type { ImageNames } from './content/image-names.ts';
import type { LayerDirectories } from './layer-directories.ts';
import type { LayerUnpacker } from './layer-unpacker.ts';
import type { TrustPolicySource } from './policy/trust-policy.ts';
import type { TrustRecords } from './policy/trust-records.ts';
import type { RegistryClient } from './registry/registry-client.ts';

/** What the images of a node are made of. */
export interface LocalImageParts {
  readonly content: ContentStore;
  readonly names: ImageNames;
  readonly layers: LayerUnpacker;
  readonly directories: LayerDirectories;
  readonly registry: RegistryClient;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly policy: TrustPolicySource;
  readonly trustRecords: TrustRecords;
}
