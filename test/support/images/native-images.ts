import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { HostdConnection } from '../../../src/engine/host/hostd-connection.ts';
import { HostdLayerUnpacker } from '../../../src/engine/images/hostd-layer-unpacker.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { scratchPaths } from '../engine-node.ts';
import { nativeBinary } from '../native-binary.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type ImageNode, imageNode } from './image-node.ts';

/** The image store with a hostd of its own, whose workers unpack for real. Both end with the test. Needs root. */
export function nativeImages(): ImageNode & { readonly hostd: HostdConnection } {
  const { root, runDir, nodeKey, images, hostdSocket } = scratchPaths(temporaryFolder());
  for (const path of [root, runDir]) mkdirSync(path, { recursive: true, mode: 0o711 });
  const hostd = new HostdConnection({
    socketPath: hostdSocket,
    version: '0.0.0-test',
    clock: systemClock,
    program: { binary: nativeBinary(), root, runDir, nodeKey },
  });
  onTestFinished(async () => {
    await hostd.shutdown({ force: true });
    await hostd.close();
  });
  return { ...imageNode({ directory: images, layers: new HostdLayerUnpacker(hostd) }), hostd };
}
