import type { CallOptions } from '../../lib/abort.ts';
import type { ObservedVolume } from '../../model/observed-state.ts';
import type { VolumeDefinition } from '../../model/stack.ts';

/**
 * Named volumes: a directory that outlives containers and stacks. Nothing but `remove` ever deletes one; no step of a plan does.
 */
export interface VolumeDriver {
  list(options?: CallOptions): Promise<readonly ObservedVolume[]>;

  /** Makes it if missing. @throws TsorchError `volume.not-found` for an external one that does not exist */
  ensure(definition: VolumeDefinition, owner: { readonly stack: string }): Promise<void>;

  /** The directory to be mounted. @throws TsorchError `volume.not-found` */
  directory(name: string): Promise<string>;

  /** Only on an operator's word; an unknown name is no error. */
  remove(name: string): Promise<void>;
}
