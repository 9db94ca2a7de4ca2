import type { Descriptor } from '../../../model/descriptor.ts';
import { type Platform, platformRank } from '../../../model/platform.ts';
import type { ImageIndex } from './manifest.ts';
import { isIndex, isManifest } from './media-types.ts';

/**
 * The entry of an index that suits `host` best; the first of several equals. An entry that says nothing of its platform is
 * taken only when none matches. Entries of unknown types and attestations are never chosen.
 */
export function selectPlatform(index: ImageIndex, host: Platform): Descriptor | undefined {
  const candidates = index.manifests.filter(isCandidate);
  const ranked = candidates.flatMap((descriptor) => {
    const rank = descriptor.platform === undefined ? undefined : platformRank(host, descriptor.platform);
    return rank === undefined ? [] : [{ descriptor, rank }];
  });
  // Stable: equal ranks stay in the order of the index.
  const [best] = ranked.sort((a, b) => a.rank - b.rank);
  return best?.descriptor ?? candidates.find(({ platform }) => platform === undefined);
}

function isCandidate({ mediaType, annotations }: Descriptor): boolean {
  return (
    (isManifest(mediaType) || isIndex(mediaType)) &&
    annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest'
  );
}
