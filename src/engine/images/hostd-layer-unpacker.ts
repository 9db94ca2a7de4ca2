import type { CallOptions } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { Hostd } from '../host/hostd.ts';
import type { LayerBlob, LayerUnpacker, UnpackedLayer } from './layer-unpacker.ts';

/** Has hostd's workers unpack; see schemas/protocol/hostd.md, Layers. */
export class HostdLayerUnpacker implements LayerUnpacker {
  readonly #hostd: Hostd;

  constructor(hostd: Hostd) {
    this.#hostd = hostd;
  }

  async unpack(layer: LayerBlob, { signal }: CallOptions = {}): Promise<UnpackedLayer> {
    // Minutes on a slow disk; hostd tells when the worker dies, so no deadline is needed.
    const options = { timeoutMs: Number.POSITIVE_INFINITY, signal };
    const { diffId, entries, sizeBytes } = await this.#hostd.call('layer.unpack', layer, options);
    if (!isDigest(diffId))
      throw new TsorchError<ErrorCode>('protocol.bad-request', `hostd answered the diffID "${diffId}"`);
    if (layer.diffId !== undefined && layer.diffId !== diffId)
      // Another request for the same blob was first, and expected something else of it.
      throw new TsorchError<ErrorCode>(
        'content.digest-mismatch',
        `layer ${layer.blob} has the diffID ${diffId}, but the image's config says ${layer.diffId}`,
        { object: layer.blob },
      );
    return { diffId, entries, sizeBytes };
  }

  async remove(diffId: Digest): Promise<void> {
    await this.#hostd.call('layer.remove', { diffId });
  }
}
