import type { Brand } from './brand.ts';

/** `sha256:` + 64 lower-case hex digits (image-spec, descriptor.md). Other algorithms cannot be verified and are refused. */
export type Digest = Brand<'Digest'>;

const pattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return pattern.test(text);
}

/** The 64 hex digits, used as the file name below `blobs/sha256/` and `layers/`. */
export function digestHex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
