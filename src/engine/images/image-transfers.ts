import type { CallOptions } from '../../lib/abort.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { CopiedImage, ImageCopyRequest } from './copy/image-copier.ts';
import type { ReferrersOptions } from './registry/registry-catalog.ts';

/** Images between places, and what registries say of theirs; beside `ImageManager`, on the same store. */
export interface ImageTransfers {
  /**
   * Copies images between registries, the store and archives, bit by bit: every digest is the same on both sides.
   *
   * @throws TsorchError `image.bad-reference`, `image.not-found`, `image.bad-archive`, `registry.*`, `content.*`; then the
   *   destination has no new name
   */
  copy(request: ImageCopyRequest): Promise<readonly CopiedImage[]>;

  /** Tags of the reference's repository. @throws TsorchError `image.not-found`, `registry.*` */
  tags(repository: string, options?: CallOptions): Promise<readonly string[]>;

  /** What refers to an image in its registry: signatures, attestations. @throws TsorchError `image.not-found`, `registry.*` */
  referrers(reference: string, options?: ReferrersOptions): Promise<readonly Descriptor[]>;
}
