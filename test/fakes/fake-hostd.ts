import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type {
  AttachmentParams,
  InterfaceBody,
  ListedShim,
  NetworkParams,
  SwitchParams,
} from '../../src/engine/host/hostd-methods.ts';
import { FakeNativePeer, PeerError } from './fake-native-peer.ts';
import { FakeShim } from './fake-shim.ts';

export interface FakeHostdPaths {
  readonly hostdSocket: string;
  readonly containers: string;
  readonly bundles: string;
  readonly shims: string;
  readonly runDir: string;
}

/** hostd as schemas/protocol/hostd.md describes it, on a scratch folder, without touching the host. */
export class FakeHostd {
  readonly shims = new Map<string, FakeShim>();
  readonly switched: SwitchParams[] = [];
  readonly swept: object[] = [];
  readonly #paths: FakeHostdPaths;
  readonly #dead = new Map<string, ListedShim>();
  readonly #networks = new Map<string, NetworkParams>();
  readonly #attachments = new Map<string, readonly InterfaceBody[]>();
  #peer: FakeNativePeer | undefined;
  #lastPid = 100;

  constructor(paths: FakeHostdPaths) {
    this.#paths = paths;
  }

  async listen(): Promise<void> {
    rmSync(this.#paths.hostdSocket, { force: true });
    this.#peer = new FakeNativePeer({
      'shim.spawn': (params: { id: string; start?: { task: number } }) => this.#spawn(params),
      'shim.list': () => ({ shims: this.#list() }),
      'container.remove': ({ id }: { id: string }) => this.#remove(id),
      'container.stats': ({ after }: { after?: string }) => this.#stats(after),
      'node.sweep': (params: object) => ({ removed: this.swept.push(params) > 0 ? [] : [] }),
      'node.shutdown': () => {
        if (this.shims.size > 0) throw new PeerError('node.busy', 'shims live');
      },
      'net.ensure': (params: NetworkParams) => this.#ensure(params),
      'net.remove': ({ name }: { name: string }) => this.#removeNetwork(name),
      'net.attach': (params: { id: string; attachments: AttachmentParams[] }) => this.#attach(params),
      'net.detach': ({ id }: { id: string }) => void this.#attachments.delete(id),
      'net.switch': (params: SwitchParams) => void this.switched.push(params),
      'net.checkPorts': () => ({ conflicts: [] }),
      'net.dump': () => this.#dump(),
    });
    await this.#peer.listen(this.#paths.hostdSocket);
  }

  /** As `kill -9`: shims go on. */
  async kill(): Promise<void> {
    await this.#peer?.kill();
  }

  async killShim(id: string): Promise<void> {
    const shim = this.shims.get(id);
    await shim?.die();
    if (shim?.isRunning) {
      await shim.adopt();
      this.#peer?.tell({ event: 'shim.replaced', data: { id, shimPid: shim.pid } });
      return;
    }
    this.shims.delete(id);
    const exit = shim?.exit;
    this.#dead.set(id, { id, alive: false, ...(exit === undefined ? {} : { exit }) });
    this.#peer?.tell({ event: 'shim.exited', data: { id, ...(exit === undefined ? {} : { exit }) } });
  }

  async close(): Promise<void> {
    await this.kill();
    for (const shim of this.shims.values()) await shim.die();
  }

  async #spawn({
    id,
    start,
  }: {
    readonly id: string;
    readonly start?: { readonly task: number };
  }): Promise<object> {
    if (!existsSync(join(this.#paths.bundles, id, 'shim.json'))) {
      throw new PeerError('container.not-found', `container ${id} has no bundle`);
    }
    const shim = this.shims.get(id) ?? (await this.#newShim(id));
    return { shimPid: shim.pid, ...(start === undefined ? {} : shim.start(start.task)) };
  }

  async #newShim(id: string): Promise<FakeShim> {
    this.#lastPid += 1;
    const shim = new FakeShim({
      id,
      pid: this.#lastPid,
      directory: join(this.#paths.shims, id),
      bundle: join(this.#paths.bundles, id),
      onRelease: () => this.shims.delete(id),
    });
    await shim.listen();
    this.shims.set(id, shim);
    return shim;
  }

  #list(): readonly ListedShim[] {
    const alive = [...this.shims.values()].map(({ id, pid }) => ({ id, alive: true, shimPid: pid }));
    return [...alive, ...[...this.#dead.values()].filter(({ id }) => !this.shims.has(id))];
  }

  async #remove(id: string): Promise<void> {
    await this.shims.get(id)?.die();
    this.shims.delete(id);
    this.#dead.delete(id);
    for (const folder of [this.#paths.shims, this.#paths.bundles, this.#paths.containers]) {
      rmSync(join(folder, id), { recursive: true, force: true });
    }
  }

  /** One container a page. */
  #stats(after = ''): object {
    const running = [...this.shims.values()].filter(({ isRunning, id }) => isRunning && id > after);
    const ids = running.map(({ id }) => id).sort();
    const containers = ids.slice(0, 1).map((id) => ({
      id,
      at: Date.now(),
      cpu: { usageUs: 5_000, userUs: 4_000, systemUs: 1_000 },
      pids: { current: 1 },
      network: (this.#attachments.get(id) ?? []).map(({ network, interface: name }) => ({
        network,
        interface: name,
        received: { bytes: 0, packets: 0, errors: 0, dropped: 0 },
        sent: { bytes: 0, packets: 0, errors: 0, dropped: 0 },
      })),
    }));
    return { containers, ...(ids.length > 1 ? { next: ids[0] } : {}) };
  }

  #ensure(params: NetworkParams): object {
    this.#networks.set(params.name, params);
    return { bridge: `ts-${params.name}`, subnet: params.subnet, gateway: gatewayOf(params) };
  }

  #removeNetwork(name: string): void {
    if (this.#attached(name).length > 0) throw new PeerError('node.busy', `${name} is in use`);
    this.#networks.delete(name);
  }

  #attach({
    id,
    attachments,
  }: {
    readonly id: string;
    readonly attachments: readonly AttachmentParams[];
  }): object {
    const interfaces =
      this.#attachments.get(id) ?? attachments.map((attachment) => this.#interface(attachment));
    this.#attachments.set(id, interfaces);
    return { netns: join(this.#paths.runDir, 'netns', id), interfaces };
  }

  #interface({ network, interface: name, address }: AttachmentParams): InterfaceBody {
    const params = this.#networks.get(network);
    if (params === undefined) throw new PeerError('network.not-found', `there is no network ${network}`);
    const host = address ?? gatewayOf(params).replace(/\d+$/, String(2 + this.#attached(network).length));
    return {
      network,
      interface: name,
      mac: '02:00:00:00:00:01',
      addresses: [`${host}/24`],
      gateway: gatewayOf(params),
    };
  }

  #attached(network: string): readonly InterfaceBody[] {
    return [...this.#attachments.values()].flat().filter((of) => of.network === network);
  }

  #dump(): object {
    const owners = new Map(this.switched.map((request) => [request.owner, request]));
    return {
      networks: [...this.#networks.values()].map((params) => ({
        name: params.name,
        ...(params.stack === undefined ? {} : { stack: params.stack }),
        bridge: `ts-${params.name}`,
        subnet: params.subnet,
        gateway: gatewayOf(params),
        internal: params.internal,
        attachments: this.#attached(params.name).length,
      })),
      attachments: [...this.#attachments].map(([id, interfaces]) => ({ id, interfaces })),
      owners: [...owners.values()]
        .filter(({ names, ports }) => names.length + ports.length > 0)
        .map(({ owner, digest, ready }) => ({ owner, digest, ready: ready ?? [] })),
      hostSubnets: ['192.168.1.0/24'],
    };
  }
}

function gatewayOf({ gateway, subnet }: NetworkParams): string {
  return gateway ?? subnet.replace(/\d+\/\d+$/, '1');
}
