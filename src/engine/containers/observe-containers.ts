import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { Health, ObservedContainer } from '../../model/observed-state.ts';
import type { Hostd } from '../host/hostd.ts';
import type { ListedShim } from '../host/hostd-methods.ts';
import { isCode } from '../host/native-error.ts';
import type { ShimConnections } from '../host/shim-connections.ts';
import type { ShimState } from '../host/shim-methods.ts';
import type { Attachment, NetworkDriver } from '../network/network-driver.ts';
import type { ListOptions } from './container-driver.ts';
import { type ContainerFolders, containerPaths } from './container-paths.ts';
import { observedContainer } from './container-phase.ts';
import type { SpecStore } from './spec-store.ts';

export interface ObserverParts {
  readonly folders: ContainerFolders;
  readonly specs: SpecStore;
  readonly hostd: Hostd;
  readonly shims: ShimConnections;
  readonly network: NetworkDriver;
}

/** A shim that hangs must not hold up the look at all others. */
const stateTimeoutMs = 2_000;

/** One look: two calls to hostd, one to each living shim, all at the same time. */
export async function observeContainers(
  parts: ObserverParts,
  { signal, stack }: ListOptions,
): Promise<readonly ObservedContainer[]> {
  const specs = parts.specs.list().filter(({ slot }) => stack === undefined || slot.stack === stack);
  const [{ shims }, { attachments }] = await Promise.all([
    parts.hostd.call('shim.list', {}, { signal }),
    parts.network.observe({ signal }),
  ]);
  const listed = new Map(shims.map((shim) => [shim.id, shim]));
  return Promise.all(
    specs.map(async (spec) => {
      const shim = listed.get(spec.id);
      const attachment = attachments.get(spec.id);
      return observedContainer({
        spec,
        shim,
        state: await witness(parts, shim, { id: spec.id, signal }),
        isComplete: isComplete(parts.folders, spec, attachment),
        addresses: addressesOf(attachment),
      });
    }),
  );
}

async function witness(
  parts: ObserverParts,
  shim: ListedShim | undefined,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal | undefined },
): Promise<ShimState | undefined> {
  if (shim?.alive) return shimState(parts, id, signal);
  return shim === undefined || shim.exit !== undefined ? undefined : endingTask(parts.folders, id);
}

/**
 * A shim that was killed: hostd is ending its container and will write the record. Until then its task is on its way out; to
 * call the container `created` would have it started while the old task still dies.
 */
function endingTask(folders: ContainerFolders, id: string): ShimState | undefined {
  const state = stateOnFile(folders, id);
  return state === undefined ? undefined : { ...state, phase: 'stopping' };
}

/**
 * A shim that does not listen was killed, and another one adopts its task, or is not ready yet: what was written last holds. hostd
 * tells what comes of it.
 */
async function shimState(
  { shims, folders }: ObserverParts,
  id: string,
  signal: AbortSignal | undefined,
): Promise<ShimState | undefined> {
  try {
    const shim = await shims.client(id, { signal });
    if (shim === undefined) return stateOnFile(folders, id);
    return await shim.call('state', {}, { signal, timeoutMs: stateTimeoutMs });
  } catch (error) {
    if (!isCode(error, 'protocol.connection-lost') && !isCode(error, 'protocol.timed-out')) throw error;
    return stateOnFile(folders, id);
  }
}

/** What a shim wrote last that hangs or is gone: `state.json` (schemas/protocol/shim.md). */
function stateOnFile(folders: ContainerFolders, id: string): ShimState | undefined {
  const path = containerPaths(folders, id).shimState;
  if (!existsSync(path)) return undefined;
  const { status, pid, tsorch } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly status: string;
    readonly pid?: number;
    readonly tsorch?: {
      readonly task?: number;
      readonly startedAt?: number;
      readonly adoptedAt?: number;
      readonly health?: { readonly health: Health; readonly since: number };
    };
  };
  const { task, startedAt, adoptedAt, health } = tsorch ?? {};
  if (status !== 'running' || task === undefined) return undefined;
  return {
    phase: 'running',
    health: health?.health ?? 'none',
    ...(health === undefined ? {} : { healthSince: health.since }),
    seq: 0,
    task,
    ...(adoptedAt === undefined ? {} : { adoptedAt }),
    ...(pid === undefined ? {} : { pid }),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
}

/** `shim.json` is written last. */
function isComplete(
  folders: ContainerFolders,
  spec: ContainerSpec,
  attachment: Attachment | undefined,
): boolean {
  const needsAttachment = spec.definition.network.kind !== 'host';
  if (needsAttachment && attachment === undefined) return false;
  return existsSync(join(containerPaths(folders, spec.id).bundle, 'shim.json'));
}

function addressesOf(attachment: Attachment | undefined): Readonly<Record<string, readonly string[]>> {
  const interfaces = attachment?.interfaces ?? [];
  return Object.fromEntries(interfaces.map(({ network, addresses }) => [network, addresses]));
}
