import type { ContainerFact } from '../../src/engine/containers/container-driver.ts';
import type { EndpointSwitch } from '../../src/engine/network/network-driver.ts';
import type { ContainerSpec } from '../../src/model/container-spec.ts';
import type { Digest } from '../../src/model/digest.ts';
import type {
  ExitRecord,
  Health,
  ObservedContainer,
  ObservedNetwork,
  ObservedVolume,
} from '../../src/model/observed-state.ts';

/** A container of the fake: its facts may change under whoever looks. */
export interface ModelContainer {
  spec: ContainerSpec;
  phase: ObservedContainer['phase'];
  task?: { number: number; startedAt: number; pid: number };
  exit?: ExitRecord;
  health: Health;
  healthSince?: number;
  addresses: Record<string, string[]>;
}

/** What the fake does with a started program. */
export type Behaviour = 'runs' | 'succeeds' | 'fails' | 'cannot-start';

/** A host in memory. It outlives the daemons that drive it, as a real one does. */
export class ModelNode {
  readonly containers = new Map<string, ModelContainer>();
  readonly networks = new Map<string, ObservedNetwork>();
  readonly endpoints = new Map<string, EndpointSwitch>();
  readonly volumes = new Map<string, ObservedVolume>();
  readonly unpacked = new Set<Digest>();
  /** Host ports that programs outside of tsorch hold -> who. */
  readonly foreignPorts = new Map<number, string>();
  readonly listeners = new Set<(fact: ContainerFact) => void>();
  /** Service -> what its programs do; absent = they run. */
  readonly behaviours = new Map<string, Behaviour>();

  tell(kind: ContainerFact['kind'], { spec }: ModelContainer): void {
    for (const listener of [...this.listeners])
      listener({ kind, container: spec.id, stack: spec.slot.stack });
  }

  /** The task ends, by itself or not; somebody is told. */
  endTask(container: ModelContainer, end: { readonly at: number; readonly code: number }): void {
    const { task } = container;
    if (task === undefined) return;
    container.phase = 'exited';
    container.health = 'none';
    container.exit = {
      task: task.number,
      startedAt: task.startedAt,
      exitedAt: end.at,
      code: end.code,
      oomKilled: false,
      reason: 'exited',
    };
    this.tell('exit', container);
  }

  find(slot: string): ModelContainer | undefined {
    return [...this.containers.values()].find(
      ({ spec }) => `${spec.slot.service}.${spec.slot.ordinal}` === slot,
    );
  }

  /** Power off and on: nothing that is not on a disk is left. */
  reboot(): void {
    for (const container of this.containers.values()) {
      container.phase = 'partial';
      container.health = 'none';
      container.addresses = {};
      delete container.task;
      delete container.exit;
    }
    this.networks.clear();
    this.endpoints.clear();
  }

  /** Everything there is, for comparing: ids, phases and names, not times and addresses. */
  summary(): readonly string[] {
    const containers = [...this.containers.values()].map(
      ({ spec, phase }) => `container ${spec.id} ${phase}`,
    );
    const endpoints = [...this.endpoints].map(
      ([owner, { ready, ports }]) =>
        `endpoints ${owner} ${[...ready].sort().join(' ')} ${JSON.stringify(ports)}`,
    );
    const networks = [...this.networks.values()].map(({ name, subnet }) => `network ${name} ${subnet}`);
    const volumes = [...this.volumes.keys()].map((name) => `volume ${name}`);
    return [...containers, ...endpoints, ...networks, ...volumes].sort();
  }
}
