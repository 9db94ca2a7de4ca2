import type { ContainerSpec } from '../../model/container-spec.ts';
import type { ExitRecord, ObservedContainer } from '../../model/observed-state.ts';
import type { ListedShim } from '../host/hostd-methods.ts';
import type { ExitRecordBody, ShimState } from '../host/shim-methods.ts';

/** What one look found of a container, from its different witnesses. */
export interface ContainerEvidence {
  readonly spec: ContainerSpec;
  /** Of a living shim. */
  readonly state?: ShimState | undefined;
  /** As hostd lists it; absent = there is no directory of a shim. */
  readonly shim?: ListedShim | undefined;
  /** Bundle and network attachment are there. */
  readonly isComplete: boolean;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

/** A living shim knows best; then the record of a dead one; then the parts. */
export function observedContainer(evidence: ContainerEvidence): ObservedContainer {
  const { spec, addresses, state, shim } = evidence;
  const base = { spec, addresses, health: 'none' as const };
  if (state !== undefined) return { ...base, ...fromState(state) };
  if (shim?.exit !== undefined) return { ...base, ...fromExit(shim.exit) };
  return { ...base, phase: evidence.isComplete ? 'created' : 'partial' };
}

type Witnessed = Omit<ObservedContainer, 'spec' | 'addresses'>;

function fromState(state: ShimState): Witnessed {
  const { phase, exit, health, healthSince, lastProbeOutput, probes, task, startedAt, pid, adoptedAt } =
    state;
  const { logBlocked } = state;
  if (phase === 'exited' && exit !== undefined) return fromExit(exit);
  return {
    phase,
    health,
    ...(adoptedAt === undefined ? {} : { adoptedAt }),
    ...(healthSince === undefined ? {} : { healthSince }),
    ...(lastProbeOutput === undefined ? {} : { lastProbeOutput }),
    ...(probes === undefined ? {} : { probes }),
    ...(logBlocked === undefined ? {} : { logBlocked }),
    ...(task === undefined || phase === 'created'
      ? {}
      : { task: { number: task, startedAt: startedAt ?? 0, ...(pid === undefined ? {} : { pid }) } }),
  };
}

function fromExit(body: ExitRecordBody): Witnessed {
  const exit = exitRecord(body);
  return {
    phase: exit.reason === 'monitorLost' ? 'lost' : 'exited',
    health: 'none',
    exit,
    task: { number: exit.task, startedAt: exit.startedAt },
  };
}

function exitRecord(body: ExitRecordBody): ExitRecord {
  const { task, startedAt, exitedAt, code, signal, oomKilled, reason, error } = body;
  const { oomKills, coreDumped, rusage: usage, drained } = body;
  return {
    task,
    startedAt,
    exitedAt,
    code,
    ...(signal === undefined ? {} : { signal }),
    oomKilled,
    ...(oomKills === undefined ? {} : { oomKills }),
    coreDumped,
    usage,
    drained,
    reason,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  };
}
