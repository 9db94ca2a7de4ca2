import type { CallOptions } from '../../lib/abort.ts';
import type { EpochMs } from '../../model/brand.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { HistoryEntry } from './documents/history.ts';
import type { Judgement } from './policy/judgement.ts';

/** What operators do with images; beside `ImageStore` (control) and `ContainerImages` (containers), on the same store. */
export interface ImageManager {
  list(): Promise<readonly StoredImage[]>;

  /** Fetches and unpacks whatever the reference means in its registry now. @throws as `ImageStore.resolve` and `ensure` */
  pull(reference: string, options?: EnsureOptions): Promise<StoredImage>;

  /**
   * Takes in a root file system, an OCI layout or a `docker save` archive, compressed or not.
   *
   * @throws TsorchError `image.bad-archive`, `image.bad-reference`, `content.*`, `layer.*`; then nothing has a new name
   */
  importArchive(data: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<readonly StoredImage[]>;

  /** Everything that the image's documents say. @throws TsorchError `image.not-found`, `content.bad-document` */
  inspect(reference: string): Promise<ImageDetails>;

  /**
   * Which rule of the trust policy holds for an image, and what came of it: looked at afresh. Of one that is not here, what its
   * registry offers.
   *
   * @throws TsorchError `trust.bad-policy`, and as `ImageStore.resolve`
   */
  explainTrust(reference: string, options?: CallOptions): Promise<ExplainedTrust>;

  /** Gives an image of this node another name, also one that another image had. @throws TsorchError `image.not-found`, `image.bad-reference` */
  tag(reference: string, name: string): Promise<void>;

  /**
   * Takes the name away, and all content that no other name and none of `inUse` needs.
   *
   * @throws TsorchError `image.not-found`; `image.in-use` when it is the last name of an image that is in use
   */
  remove(reference: string, options?: RemoveOptions): Promise<void>;

  /** Removes content that no name and none of `inUse` needs: blobs, and unpacked layers. */
  collectGarbage(inUse: ReadonlyMap<Digest, string>): Promise<Collected>;

  /** The same on request, with an account of it; with `all` also names of images that nobody uses. */
  prune(options: PruneOptions): Promise<PruneReport>;

  /**
   * Takes away the name of the image that nobody uses and that no container has used for longest, and what only it needed. One
   * that was imported stays: no registry would give it back.
   *
   * @returns the familiar name; undefined = there is no such image
   */
  removeLongestUnused(inUse: ReadonlyMap<Digest, string>): Promise<string | undefined>;

  /**
   * Says what keeps an image, a blob or an unpacked layer here.
   *
   * @param object  a reference, or a digest: of a manifest, any other blob, or a diffID
   * @throws TsorchError `image.not-found`, `image.bad-reference`
   */
  why(object: string, options: RemoveOptions): Promise<Reasons>;

  /**
   * Hashes blobs and looks whether layers are unpacked; with `repair` fetches again from the registry what is damaged or
   * missing, and unpacks again what is gone. Files of unpacked layers are not compared.
   *
   * @throws TsorchError `image.not-found`, `image.bad-reference`
   */
  verify(options: VerifyOptions): Promise<VerifyReport>;
}

export interface StoredImage {
  /** Familiar: `hello:latest`. */
  readonly reference: string;
  /** For this machine's platform. */
  readonly manifest: Digest;
  /** `linux/amd64` */
  readonly platform: string;
  /** Sum of its blobs. */
  readonly sizeBytes: number;
  readonly created?: EpochMs;
}

/** Everything that an image's documents say. */
export interface ImageDetails extends StoredImage {
  /** All names of the same manifest or index. */
  readonly names: readonly string[];
  /** What the name stands for: an index, or the manifest itself. */
  readonly target: Pick<Descriptor, 'digest' | 'mediaType' | 'size'>;
  /** Digest of the configuration, Docker's image id. */
  readonly id: Digest;
  readonly config: ImageConfig;
  /** Lowest first. */
  readonly layers: readonly LayerDetails[];
  readonly history: readonly HistoryEntry[];
}

export interface ExplainedTrust extends Omit<Judgement, 'cause'> {
  readonly reference: string;
  readonly manifest: Digest;
  readonly isHere: boolean;
  /** Why signatures could not be looked for. */
  readonly failure?: string;
}

export interface LayerDetails {
  readonly digest: Digest;
  readonly mediaType: string;
  /** As stored, usually compressed. */
  readonly sizeBytes: number;
  readonly diffId: Digest;
  readonly unpacked: boolean;
}

export interface EnsureOptions extends CallOptions {
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

export interface PullProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Unpacked. */
  readonly layersDone: number;
  readonly layersTotal: number;
}

export interface ImportOptions extends CallOptions {
  /** Name to give; absent = the archive's own names. */
  readonly reference?: string | undefined;
  /** What a container of a plain root file system runs by default. */
  readonly command: readonly string[];
}

export interface RemoveOptions {
  /** Manifest -> who needs it, for the message: `shop-web-1`. */
  readonly inUse?: ReadonlyMap<Digest, string>;
}

export interface PruneOptions {
  /** Manifest -> who needs it. */
  readonly inUse: ReadonlyMap<Digest, string>;
  readonly all: boolean;
  /** Nothing is changed. */
  readonly dryRun: boolean;
}

export interface PruneReport extends Collected {
  /** Familiar names that were taken away. */
  readonly names: readonly string[];
  /** Of the blobs that were removed. */
  readonly bytes: number;
  readonly kept: readonly KeptContent[];
}

export interface KeptContent {
  readonly kind: 'blob' | 'layer';
  readonly digest: Digest;
  /** `named hello:latest`, `used by shop-web-1`; never empty. */
  readonly reasons: readonly string[];
}

export interface Reasons {
  readonly digest: Digest;
  /** Empty = the next collection takes it. */
  readonly reasons: readonly string[];
}

export interface VerifyOptions extends CallOptions {
  /** Empty = all names. */
  readonly references: readonly string[];
  /** Also blobs that no name leads to. */
  readonly all: boolean;
  readonly repair: boolean;
}

export interface VerifyReport {
  readonly blobs: number;
  /** That were hashed. */
  readonly bytes: number;
  readonly layers: number;
  readonly problems: readonly VerifyProblem[];
}

export interface VerifyProblem {
  readonly kind: 'blob' | 'layer';
  readonly digest: Digest;
  /** Familiar name of an image that needs it. */
  readonly image?: string;
  /** Goes on after the object: `is missing`. */
  readonly message: string;
  readonly repaired: boolean;
}

export interface Collected {
  readonly blobs: readonly Digest[];
  readonly layers: readonly Digest[];
}
