import { abortable, type CallOptions } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { ServiceKey } from '../../model/identity.ts';
import type { PortConflict } from '../../model/observed-state.ts';
import type { NetworkDefinition, PublishedPort } from '../../model/stack.ts';
import type { Hostd } from '../host/hostd.ts';
import type { AttachmentParams, InterfaceBody, NetworkDump } from '../host/hostd-methods.ts';
import type {
  AttachedInterface,
  AttachedNamespace,
  Attachment,
  EndpointSwitch,
  NetworkDriver,
  NetworkPlacement,
  ObservedNetworking,
} from './network-driver.ts';
import { hostPort, portMappings } from './published-ports.ts';
import { type ServiceMember, serviceNames } from './service-names.ts';

export interface HostdNetworkDriverOptions {
  readonly hostd: Hostd;
  /** Looks up the applied spec of a container. */
  readonly specOf: (id: string) => ContainerSpec | undefined;
}

/** The built-in networks: all of it is done by hostd (`net.*`), here it is only said in its words. */
export class HostdNetworkDriver implements NetworkDriver {
  readonly #hostd: Hostd;
  readonly #specOf: (id: string) => ContainerSpec | undefined;
  /** What those who ask at the same moment share. */
  #look: Promise<ObservedNetworking> | undefined;

  constructor({ hostd, specOf }: HostdNetworkDriverOptions) {
    this.#hostd = hostd;
    this.#specOf = specOf;
  }

  observe({ signal }: CallOptions = {}): Promise<ObservedNetworking> {
    if (this.#look === undefined) {
      this.#look = this.#observe();
      queueMicrotask(() => {
        this.#look = undefined;
      });
    }
    return abortable(this.#look, signal);
  }

  async #observe(): Promise<ObservedNetworking> {
    const dump = await this.#hostd.call('net.dump', {});
    return {
      networks: dump.networks,
      attachments: attachmentsOf(dump),
      endpoints: Object.fromEntries(
        dump.owners.map(({ owner, digest, ready }) => [owner as ServiceKey, { digest, ready: ready ?? [] }]),
      ),
      takenSubnets: dump.hostSubnets,
    };
  }

  async ensure(
    definition: NetworkDefinition,
    { stack, subnet }: NetworkPlacement,
    { signal }: CallOptions = {},
  ): Promise<void> {
    const { name, external, internal, enableIpv6, gateway, mtu } = definition;
    if (external) return this.#mustExist(name, signal);
    await this.#hostd.call(
      'net.ensure',
      {
        name,
        stack,
        subnet,
        internal,
        enableIpv6,
        ...(gateway === undefined ? {} : { gateway }),
        ...(mtu === undefined ? {} : { mtu }),
      },
      { signal },
    );
  }

  async remove(name: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#hostd.call('net.remove', { name }, { signal });
  }

  async attach(spec: ContainerSpec, { signal }: CallOptions = {}): Promise<AttachedNamespace> {
    const { netns, interfaces } = await this.#hostd.call(
      'net.attach',
      { id: spec.id, stack: spec.slot.stack, attachments: attachmentParams(spec) },
      { signal },
    );
    return { netns, interfaces: interfaces.map(attachedInterface) };
  }

  async detach(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#hostd.call('net.detach', { id }, { signal });
  }

  async switchEndpoints(request: EndpointSwitch, { signal }: CallOptions = {}): Promise<void> {
    const { owner, digest, ports } = request;
    const dump = await this.#hostd.call('net.dump', {}, { signal });
    const attachments = attachmentsOf(dump);
    const member = (id: string): ServiceMember => this.#member(id, attachments);
    const all = request.all.map(member);
    const ready = request.ready.map(member);
    await this.#hostd.call(
      'net.switch',
      {
        owner,
        digest,
        ready: request.ready,
        names: serviceNames({ all, ready }),
        ports: portMappings(ports, ready),
      },
      { signal },
    );
  }

  async checkPorts(
    owner: ServiceKey,
    ports: readonly PublishedPort[],
    { signal }: CallOptions = {},
  ): Promise<readonly PortConflict[]> {
    if (ports.length === 0) return [];
    const params = { owner, ports: ports.map(hostPort) };
    const { conflicts } = await this.#hostd.call('net.checkPorts', params, { signal });
    const service = owner.slice(owner.indexOf('/') + 1);
    return conflicts.map(({ protocol, hostAddress, hostPort: port, holder }) => ({
      service,
      protocol,
      ...(hostAddress === undefined ? {} : { hostAddress }),
      hostPort: port,
      holder,
    }));
  }

  async #mustExist(name: string, signal: AbortSignal | undefined): Promise<void> {
    const { networks } = await this.#hostd.call('net.dump', {}, { signal });
    if (networks.some((network) => network.name === name)) return;
    throw new TsorchError<ErrorCode>('network.not-found', `the external network ${name} does not exist`, {
      object: name,
    });
  }

  /** A container that vanished since it was planned for: the round ends, the next one looks again. */
  #member(id: string, attachments: ReadonlyMap<string, Attachment>): ServiceMember {
    const spec = this.#specOf(id);
    if (spec === undefined) throw vanished(id, 'does not exist');
    const hasInterfaces = spec.definition.network.kind === 'networks';
    const attachment = attachments.get(id);
    if (hasInterfaces && attachment === undefined) throw vanished(id, 'is not attached to its networks');
    const interfaces = attachment?.interfaces ?? [];
    return {
      spec,
      addresses: Object.fromEntries(interfaces.map(({ network, addresses }) => [network, addresses])),
    };
  }
}

function vanished(id: string, what: string): TsorchError<ErrorCode> {
  return new TsorchError<ErrorCode>('container.not-found', `container ${id} ${what}`, {
    object: id,
    retryable: true,
  });
}

function attachmentsOf(dump: NetworkDump): ReadonlyMap<string, Attachment> {
  return new Map(
    dump.attachments.map(({ id, interfaces }) => [id, { interfaces: interfaces.map(attachedInterface) }]),
  );
}

function attachmentParams({ definition, networks }: ContainerSpec): readonly AttachmentParams[] {
  if (definition.network.kind !== 'networks') return [];
  return definition.network.attachments.map(({ network, ipv4Address }, index) => ({
    network: networks[network] ?? network,
    interface: `eth${index}`,
    ...(ipv4Address === undefined ? {} : { address: ipv4Address }),
  }));
}

function attachedInterface({
  network,
  interface: name,
  addresses,
  gateway,
}: InterfaceBody): AttachedInterface {
  return {
    network,
    name,
    addresses: addresses.map((address) => address.replace(/\/\d+$/, '')),
    ...(gateway === undefined ? {} : { gateway }),
  };
}
