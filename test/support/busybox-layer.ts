import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerImage } from '../../src/engine/images/container-images.ts';
import { type Digest, digestHex } from '../../src/model/digest.ts';
import type { Engine } from './engine-node.ts';

let tar: Buffer | undefined;

/** Unpacks a layer with the host's static busybox, as if it had been pulled, and gives the image made of it. */
export async function unpackBusybox(engine: Engine, imagesFolder: string): Promise<ContainerImage> {
  tar ??= execFileSync('bash', ['scripts/busybox-rootfs.sh'], { maxBuffer: 1 << 28 });
  const digest = `sha256:${createHash('sha256').update(tar).digest('hex')}` as Digest;
  const blobs = join(imagesFolder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  writeFileSync(join(blobs, digestHex(digest)), tar);
  await engine.hostd.call('layer.unpack', {
    blob: digest,
    diffId: digest,
    size: tar.length,
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
  });
  return {
    config: { environment: ['PATH=/bin'], volumes: [], exposedPorts: [], labels: {} },
    layers: [digest],
  };
}
