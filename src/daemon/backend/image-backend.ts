import type { ImageBackend, ImageDocument } from '../../api/node-backend.ts';
import type { StackController } from '../../control/stack-controller.ts';
import type { ContainerDriver } from '../../engine/containers/container-driver.ts';
import type { ImageManager, StoredImage } from '../../engine/images/image-manager.ts';
import type { Digest } from '../../model/digest.ts';
import { imageUsers } from '../image-users.ts';

export interface ImageBackendParts {
  readonly images: ImageManager;
  readonly containers: Pick<ContainerDriver, 'list'>;
  readonly controller: StackController;
}

export function imageBackend({ images, containers, controller }: ImageBackendParts): ImageBackend {
  const users = (): Promise<ReadonlyMap<Digest, string>> => imageUsers({ containers, controller });
  const document = (image: StoredImage, used: ReadonlyMap<Digest, string>): ImageDocument => ({
    ...image,
    inUse: used.has(image.manifest),
  });
  return {
    list: async () => {
      const used = await users();
      return (await images.list()).map((image) => document(image, used));
    },
    pull: async (reference, options) => document(await images.pull(reference, options), await users()),
    importArchive: async (data, options) => {
      const imported = await images.importArchive(data, options);
      const used = await users();
      return imported.map((image) => document(image, used));
    },
    inspect: async (reference) => {
      const details = await images.inspect(reference);
      const user = (await users()).get(details.manifest);
      return { ...details, ...(user === undefined ? {} : { usedBy: user }) };
    },
    explainTrust: (reference, options) => images.explainTrust(reference, options),
    tag: (reference, name) => images.tag(reference, name),
    remove: async (reference) => images.remove(reference, { inUse: await users() }),
    prune: async (options) => images.prune({ ...options, inUse: await users() }),
    verify: (options) => images.verify(options),
    why: async (object) => images.why(object, { inUse: await users() }),
  };
}
