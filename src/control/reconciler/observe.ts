import type { CallOptions } from '../../lib/abort.ts';
import type { EpochMs } from '../../model/brand.ts';
import type { DesiredState } from '../../model/desired-state.ts';
import { type ServiceKey, serviceKey } from '../../model/identity.ts';
import type {
  ObservedEndpoints,
  ObservedState,
  PortConflict,
  RefusedImage,
} from '../../model/observed-state.ts';
import type { Engine } from './step-handler.ts';

export interface ObserveOptions extends CallOptions {
  readonly now: EpochMs;
  readonly bootId: string;
}

/** One look at everything that a plan for this stack depends on: each part of the node is asked once. */
export async function observe(
  desired: DesiredState,
  engine: Engine,
  options: ObserveOptions,
): Promise<ObservedState> {
  const { name } = desired.stack;
  const [containers, networking, volumes, imagesReady, imagesRefused, portConflicts] = await Promise.all([
    engine.containers.list({ ...options, stack: name }),
    engine.network.observe(options),
    engine.volumes.list(options),
    engine.images.ready(Object.values(desired.images), options),
    findRefusedImages(desired, engine, options),
    findPortConflicts(desired, engine, options),
  ]);
  return {
    at: options.now,
    bootId: options.bootId,
    containers,
    networks: networking.networks,
    volumes,
    imagesReady,
    imagesRefused,
    endpoints: ownEndpoints(networking.endpoints, name),
    portConflicts,
    takenSubnets: networking.takenSubnets,
  };
}

/** None while the stack is not wanted: what is taken down needs nobody's trust. */
async function findRefusedImages(
  { images, wanted }: DesiredState,
  engine: Pick<Engine, 'images'>,
  options: CallOptions,
): Promise<readonly RefusedImage[]> {
  if (wanted !== 'running') return [];
  const named = Object.entries(images).map(([reference, manifest]) => ({ reference, manifest }));
  return engine.images.refused(named, options);
}

function ownEndpoints(
  endpoints: Readonly<Record<ServiceKey, ObservedEndpoints>>,
  stack: string,
): Readonly<Record<ServiceKey, ObservedEndpoints>> {
  return Object.fromEntries(Object.entries(endpoints).filter(([key]) => key.startsWith(`${stack}/`)));
}

/** Wanted host ports that somebody else holds; none while the stack is not wanted. */
export async function findPortConflicts(
  { stack, wanted }: Pick<DesiredState, 'stack' | 'wanted'>,
  engine: Pick<Engine, 'network'>,
  options: CallOptions,
): Promise<readonly PortConflict[]> {
  if (wanted !== 'running') return [];
  const publishing = Object.values(stack.services).filter(
    ({ ports, replicas }) => ports.length > 0 && replicas > 0,
  );
  const conflicts = await Promise.all(
    publishing.map(({ name, ports }) =>
      engine.network.checkPorts(serviceKey(stack.name, name), ports, options),
    ),
  );
  return conflicts.flat();
}
