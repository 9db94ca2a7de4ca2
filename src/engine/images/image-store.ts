import type { CallOptions } from '../../lib/abort.ts';
import type { Digest } from '../../model/digest.ts';
import type { RefusedImage } from '../../model/observed-state.ts';
import type { Service } from '../../model/stack.ts';

export interface NamedManifest {
  readonly reference: string;
  readonly manifest: Digest;
}

/**
 * Images of this node, as the control side needs them: a reference becomes a digest before anything is planned, and a
 * digest becomes unpacked layers before a container is created of it.
 */
export interface ImageStore {
  /**
   * The manifest (for this machine's platform) that a reference means now. `always` asks the registry, `missing` only when
   * the node has nothing of that name, `never` not at all. No layer is fetched.
   *
   * @throws TsorchError `image.not-found`, `image.wrong-platform`, `image.untrusted`, `trust.bad-policy`, `registry.unreachable`
   *   (retryable), `registry.denied`
   */
  resolve(
    image: { readonly reference: string; readonly pullPolicy: Service['pullPolicy'] },
    options?: CallOptions,
  ): Promise<Digest>;

  /**
   * Content of this manifest is here and all its layers are unpacked when this returns. A second call for the same joins the first.
   *
   * @throws TsorchError as `resolve`; `content.digest-mismatch`, `content.no-space` (retryable), `layer.*`
   */
  ensure(image: NamedManifest, options?: CallOptions): Promise<void>;

  /** Those of the given manifests whose layers are all unpacked and ready to be mounted. */
  ready(manifests: readonly Digest[], options?: CallOptions): Promise<readonly Digest[]>;

  /** Those of the given images that the node's trust policy lets nobody start; never rejects for a policy that cannot be read. */
  refused(images: readonly NamedManifest[], options?: CallOptions): Promise<readonly RefusedImage[]>;

  /** @throws TsorchError `image.untrusted`, `trust.bad-policy` */
  admit(image: NamedManifest, options?: CallOptions): Promise<void>;
}
