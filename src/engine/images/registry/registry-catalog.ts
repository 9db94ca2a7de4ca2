import type { CallOptions } from '../../../lib/abort.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ImageReference } from '../../../model/image-reference.ts';

/** Repository of a registry; a reference is one. */
export type Repository = Pick<ImageReference, 'domain' | 'path'>;

/** What registries say of their content (distribution-spec 1.1, "Content Discovery"). Throws as RegistryClient does. */
export interface RegistryCatalog {
  /** All tags, page by page, in the registry's order. @throws TsorchError `image.not-found` */
  tags(repository: Repository, options?: CallOptions): Promise<readonly string[]>;

  /**
   * What refers to a manifest (signatures, attestations): by the referrers API, else by the tag that stands in for it. None
   * when the registry knows of none, or of no such thing.
   */
  referrers(
    repository: Repository,
    digest: Digest,
    options?: ReferrersOptions,
  ): Promise<readonly Descriptor[]>;
}

export interface ReferrersOptions extends CallOptions {
  /** Only of this type: `application/vnd.dev.sigstore.bundle.v0.3+json` */
  readonly artifactType?: string | undefined;
}
