import type { CallOptions } from '../../lib/abort.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { ServiceKey } from '../../model/identity.ts';
import type { ObservedEndpoints, ObservedNetwork, PortConflict } from '../../model/observed-state.ts';
import type { NetworkDefinition, PublishedPort } from '../../model/stack.ts';

/**
 * Networks of this node, what is attached to them, and what services publish and answer to.
 *
 * A network is made by `ensure` before the first attachment and removed after the last; an attachment belongs to a
 * container and lives from its creation to its removal, over restarts of the task; endpoints belong to a service. All
 * methods are idempotent. The address pool is the planner's: a subnet is given, never chosen here.
 */
export interface NetworkDriver {
  /** One look at everything; `takenSubnets` holds the host's routes and addresses that are not our networks'. */
  observe(options?: CallOptions): Promise<ObservedNetworking>;

  /**
   * Makes the network or brings it in line. `stack` is the owner; an external one is only looked for.
   *
   * @throws TsorchError `network.not-found` (external), `network.subnet-overlap`
   */
  ensure(definition: NetworkDefinition, placement: NetworkPlacement, options?: CallOptions): Promise<void>;

  /** @throws TsorchError `node.busy` while something is attached; an unknown name is no error */
  remove(name: string, options?: CallOptions): Promise<void>;

  /**
   * Makes the container's network namespace with all its interfaces. For `network_mode: none` it has only `lo`; not to be
   * called for `host`.
   *
   * @throws TsorchError `network.not-found`, `network.no-address`, `network.address-in-use`
   */
  attach(spec: ContainerSpec, options?: CallOptions): Promise<AttachedNamespace>;

  /** An unknown id is no error. */
  detach(id: string, options?: CallOptions): Promise<void>;

  /**
   * Puts names and published ports of a service in force, replacing what it had, in one transaction.
   *
   * @throws TsorchError `network.port-in-use`, naming the holder; nothing has changed then
   */
  switchEndpoints(request: EndpointSwitch, options?: CallOptions): Promise<void>;

  /** Which of these ports could not be published by this service now; its own are no conflict. */
  checkPorts(
    owner: ServiceKey,
    ports: readonly PublishedPort[],
    options?: CallOptions,
  ): Promise<readonly PortConflict[]>;
}

export interface NetworkPlacement {
  readonly stack: string;
  /** CIDR. */
  readonly subnet: string;
}

export interface ObservedNetworking {
  readonly networks: readonly ObservedNetwork[];
  /** Container id -> what it is attached to. */
  readonly attachments: ReadonlyMap<string, Attachment>;
  readonly endpoints: Readonly<Record<ServiceKey, ObservedEndpoints>>;
  readonly takenSubnets: readonly string[];
}

export interface Attachment {
  readonly interfaces: readonly AttachedInterface[];
}

export interface AttachedNamespace extends Attachment {
  /** Path of the network namespace: `<run-dir>/netns/<id>`. */
  readonly netns: string;
}

export interface AttachedInterface {
  /** Host name of the network: `shop_default`. */
  readonly network: string;
  /** `eth0` */
  readonly name: string;
  /** Without prefix length, IPv4 first. */
  readonly addresses: readonly string[];
  /** Absent on a network without a way out. */
  readonly gateway?: string | undefined;
}

/** Arguments of the step `switchEndpoints`. Both lists empty and no ports: the service has nothing any more. */
export interface EndpointSwitch {
  readonly owner: ServiceKey;
  /** Compared by the planner, only remembered here. */
  readonly digest: string;
  /** Ids that receive traffic on the ports and answer to the service's names, in the planner's order. */
  readonly ready: readonly string[];
  /** Ids that answer to `tasks.<service>` and to their own names. */
  readonly all: readonly string[];
  readonly ports: readonly PublishedPort[];
}
