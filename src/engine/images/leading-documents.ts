import type { CallOptions } from '../../lib/abort.ts';
import { formatImageReference } from '../../model/image-reference.ts';
import type { Leases } from './content/leases.ts';
import { fetchDocument } from './fetch-image.ts';
import { findManifest } from './manifest-reader.ts';
import type { SignedSubject } from './policy/find-signatures.ts';
import type { TrustedImages } from './policy/image-trust.ts';
import type { JudgedImage } from './policy/judgement.ts';
import type { ReferenceResolver, ReferenceResolverParts } from './reference-resolver.ts';

export interface LeadingDocumentsParts extends ReferenceResolverParts {
  readonly resolver: ReferenceResolver;
  readonly leases: Leases;
}

/** What of an image can carry a signature: its manifest, and the index by which its name means that manifest. */
export class LeadingDocuments implements TrustedImages {
  readonly #parts: LeadingDocumentsParts;

  constructor(parts: LeadingDocumentsParts) {
    this.#parts = parts;
  }

  async subjects(image: JudgedImage, { signal }: CallOptions): Promise<readonly SignedSubject[]> {
    const { resolver, leases, content, platform } = this.#parts;
    const { reference, manifest } = image;
    using lease = leases.open();
    const bytes = await fetchDocument({ digest: manifest }, this.#parts, { reference, lease, signal });
    const found: SignedSubject[] = [{ digest: manifest, bytes }];
    for (const digest of new Set(resolver.targets(reference))) {
      if (digest === manifest) continue;
      // A name that means something else by now, or for another machine, does not lead to this image.
      const end = await findManifest({ digest }, platform, (key) => content.read(key.digest)).catch(
        () => undefined,
      );
      const index = end === manifest ? await content.read(digest) : undefined;
      if (index !== undefined) found.push({ digest, bytes: index });
    }
    return found;
  }

  async isImported({ reference, manifest }: JudgedImage): Promise<boolean> {
    const { names, resolver } = this.#parts;
    if (!names.isImported(formatImageReference(reference))) return false;
    return (await resolver.findHere(reference).catch(() => undefined)) === manifest;
  }
}
