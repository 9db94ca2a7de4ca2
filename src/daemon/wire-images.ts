import type { NodeConfig } from '../config/node-config.ts';
import type { Hostd } from '../engine/host/hostd.ts';
import { FileContentStore } from '../engine/images/content/file-content-store.ts';
import { ImageNames } from '../engine/images/content/image-names.ts';
import { HostdLayerUnpacker } from '../engine/images/hostd-layer-unpacker.ts';
import { LocalImageStore } from '../engine/images/local-image-store.ts';
import { HttpRegistryClient } from '../engine/images/registry/no-registry.ts';

/** The image manager: one object behind the three contracts that its users know. */
export function wireImages({ paths, insecureRegistries }: NodeConfig, hostd: Hostd) {
  const directory = paths.images;
  const images = new LocalImageStore({
    directory,
    content: new FileContentStore(directory),
    names: new ImageNames(directory),
    layers: new HostdLayerUnpacker(hostd),
    registry: new HttpRegistryClient({ insecureRegistries }),
  });
  return { store: images, containerImages: images, manager: images };
}
