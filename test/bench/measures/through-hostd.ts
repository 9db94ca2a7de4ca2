import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostdMethods } from '../../../src/engine/host/hostd-methods.ts';
import { launchHostd } from '../../../src/engine/host/launch-hostd.ts';
import { type MethodTable, ProtocolClient } from '../../../src/engine/host/protocol-client.ts';
import type { ShimMethods } from '../../../src/engine/host/shim-methods.ts';
import type { Workshop } from '../driver.ts';

const nodeKey = (process.pid & 0xff_ffff).toString(16);
const network = 'bench';
const layerType = 'application/vnd.oci.image.layer.v1.tar';
const startTimeoutMs = 10_000;

export type Networking = 'none' | 'bridge';
export type Until = 'removed' | 'ended and removed';

/** A hostd of its own, whose containers run the program of a bundle in an unpacked layer. */
export class ResidentRuntime {
  readonly #root: string;
  readonly #runDir: string;
  readonly #config: { linux: { namespaces: { type: string; path?: string }[] } };
  readonly #hostd: ProtocolClient<HostdMethods>;
  readonly #layer: string;

  private constructor(
    workshop: Workshop,
    of: {
      readonly hostd: ProtocolClient<HostdMethods>;
      readonly bundle: string;
      readonly layer: string;
    },
  ) {
    [this.#root, this.#runDir] = placesOf(workshop);
    this.#hostd = of.hostd;
    this.#layer = of.layer;
    this.#config = JSON.parse(readFileSync(join(of.bundle, 'config.json'), 'utf8'));
  }

  /** @param bundle whose `config.json` they get */
  static async open(workshop: Workshop, bundle: string): Promise<ResidentRuntime> {
    const [root, runDir] = placesOf(workshop);
    mkdirSync(join(root, 'images/blobs/sha256'), { recursive: true });
    await launchHostd({ binary: resolve('dist/tsorch-rt'), root, runDir, nodeKey });
    const hostd = await connect<HostdMethods>(join(runDir, 'hostd.sock'));
    const layer = await unpack(hostd, { root, tar: workshop.rootfsTar });
    const bridge = { name: network, subnet: '10.213.0.0/24', internal: true, enableIpv6: false };
    await hostd.call('net.ensure', bridge);
    return new ResidentRuntime(workshop, { hostd, bundle, layer });
  }

  /** Milliseconds for `count` containers, one after the other, from the network to the removal of all that they had. */
  async timeOf(count: number, networking: Networking, until: Until): Promise<number> {
    const ids = Array.from({ length: count }, () => randomUUID().replaceAll('-', ''));
    for (const id of ids) this.#writeBundle(id);
    const begin = performance.now();
    for (const id of ids) await this.#live(id, networking, until);
    return performance.now() - begin;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hostd.call('node.shutdown', { force: true });
    this.#hostd.close();
  }

  async #live(id: string, networking: Networking, until: Until): Promise<void> {
    const attachments = networking === 'none' ? [] : [{ network, interface: 'eth0' }];
    await this.#hostd.call('net.attach', { id, stack: 'bench', attachments });
    await this.#hostd.call('shim.spawn', { id, start: { task: 1 } });
    if (until === 'ended and removed') {
      const shim = await connect<ShimMethods>(join(this.#runDir, 'shims', id, 'sock'));
      const { code } = await shim.call('wait', { task: 1 });
      shim.close();
      if (code !== 0) throw new Error(`the program ended with ${code}`);
    }
    await this.#hostd.call('container.remove', { id });
    await this.#hostd.call('net.detach', { id });
  }

  #writeBundle(id: string): void {
    const bundle = join(this.#runDir, 'bundles', id);
    for (const path of [join(bundle, 'rootfs'), join(this.#root, 'containers', id)])
      mkdirSync(path, { recursive: true });
    const namespaces = this.#config.linux.namespaces.map((namespace) =>
      namespace.type === 'network' ? { ...namespace, path: join(this.#runDir, 'netns', id) } : namespace,
    );
    const linux = { ...this.#config.linux, namespaces, cgroupsPath: `/tsorch-${nodeKey}/bench/${id}` };
    const config = { ...this.#config, root: { path: 'rootfs', readonly: true }, linux };
    const shim = {
      ...{ version: 1, id, name: 'bench', layers: [this.#layer], readOnlyRoot: true, init: false },
      ...{ tty: false, stdin: false, log: { maxBytes: 0, maxFiles: 1 }, seccomp: 'unconfined' },
      stop: { signal: 'SIGTERM', graceMs: 0 },
    };
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
    writeFileSync(join(bundle, 'shim.json'), JSON.stringify(shim));
  }
}

/** The layer's diffID. */
async function unpack(
  hostd: ProtocolClient<HostdMethods>,
  { root, tar }: { readonly root: string; readonly tar: string },
): Promise<string> {
  const hex = createHash('sha256').update(readFileSync(tar)).digest('hex');
  copyFileSync(tar, join(root, 'images/blobs/sha256', hex));
  const [blob, size] = [`sha256:${hex}`, statSync(tar).size];
  await hostd.call('layer.unpack', { blob, size, mediaType: layerType, diffId: blob });
  return blob;
}

function placesOf({ directory, runDirectory }: Workshop): readonly [root: string, runDir: string] {
  return [join(directory, 'resident'), join(runDirectory, 'resident')];
}

async function connect<Methods extends MethodTable<keyof Methods & string>>(
  path: string,
): Promise<ProtocolClient<Methods>> {
  const ignore = (): void => {};
  const options = { path, peer: path, version: 'bench', onEvent: ignore, onClose: ignore };
  for (const deadline = performance.now() + startTimeoutMs; performance.now() < deadline; ) {
    const client = await ProtocolClient.open<Methods>(options);
    if (client !== undefined) return client;
    await delay(5);
  }
  throw new Error(`nobody answers at ${path}`);
}
