import type { Digest } from './digest.ts';
import type { Platform } from './platform.ts';

/** Names content: image-spec, descriptor.md. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes; the content has exactly that many. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** In indexes. */
  readonly platform?: Platform;
  readonly artifactType?: string;
}
