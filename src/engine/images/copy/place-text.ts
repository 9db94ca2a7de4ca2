import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { type ImageReference, parseImageReference } from '../../../model/image-reference.ts';
import type { MemberFormat } from './member-places.ts';

/** Where the copied image is or goes to. `archive`: its bytes come with the call; `members`: its files go out with the answer. */
export type SourcePlace =
  | { readonly kind: 'registry' | 'store'; readonly reference: ImageReference }
  | { readonly kind: 'archive'; readonly label: string | undefined };

export type DestinationPlace =
  | { readonly kind: 'registry' | 'store'; readonly reference: ImageReference }
  | { readonly kind: 'members'; readonly format: MemberFormat; readonly label: string | undefined };

/** `docker://NAME`, `store:NAME`, `archive:[LABEL]`. @throws TsorchError `image.bad-reference` */
export function parseSource(text: string): SourcePlace {
  if (text.startsWith('archive:')) return { kind: 'archive', label: labelOf(text, 'archive:') };
  return parseNamed(text);
}

/** `docker://NAME`, `store:NAME`, `oci:[LABEL]`, `docker-archive:[LABEL]`, `dir:`. @throws TsorchError `image.bad-reference` */
export function parseDestination(text: string): DestinationPlace {
  for (const format of ['oci', 'docker-archive', 'dir'] as const)
    if (text.startsWith(`${format}:`)) return { kind: 'members', format, label: labelOf(text, `${format}:`) };
  return parseNamed(text);
}

function parseNamed(text: string): {
  readonly kind: 'registry' | 'store';
  readonly reference: ImageReference;
} {
  const [, prefix, name = ''] = /^(docker:\/\/|store:)?(.*)$/s.exec(text) ?? [];
  const reference = parseImageReference(name);
  if (reference !== undefined) return { kind: prefix === 'docker://' ? 'registry' : 'store', reference };
  throw new TsorchError<ErrorCode>('image.bad-reference', `"${name}" is no image reference`, {
    object: text,
  });
}

function labelOf(text: string, prefix: string): string | undefined {
  return text.slice(prefix.length) || undefined;
}
