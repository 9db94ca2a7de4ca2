import type { CallOptions } from '../../lib/abort.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageConfig } from '../../model/image-config.ts';

/** What a container is made of, for `engine/containers`: nothing is fetched here, only read. */
export interface ContainerImages {
  /** @throws TsorchError `image.not-found` when the manifest or its configuration is not in the store */
  open(manifest: Digest, options?: CallOptions): Promise<ContainerImage>;
}

export interface ContainerImage {
  readonly config: ImageConfig;
  /** DiffIDs, lowest layer first. */
  readonly layers: readonly Digest[];
}
