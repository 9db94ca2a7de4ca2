import type { StackController } from '../control/stack-controller.ts';
import type { ContainerDriver } from '../engine/containers/container-driver.ts';
import type { Digest } from '../model/digest.ts';

export interface ImageUsersParts {
  readonly containers: Pick<ContainerDriver, 'list'>;
  readonly controller: StackController;
}

/** Manifest -> who needs it: a container that was made of it, or a stack that wants one. */
export async function imageUsers({
  containers,
  controller,
}: ImageUsersParts): Promise<ReadonlyMap<Digest, string>> {
  const wanted = controller
    .names()
    .flatMap((name) =>
      Object.values(controller.desired(name).images).map((digest) => [digest, name] as const),
    );
  const made = (await containers.list()).map(({ spec }) => [spec.image.manifest, spec.name] as const);
  return new Map([...made, ...wanted]);
}
