import { randomUUID } from 'node:crypto';
import { abortable, type CallOptions } from '../../lib/abort.ts';
import { isCode } from './native-error.ts';
import { ProtocolClient } from './protocol-client.ts';
import type { ProtocolEvent } from './protocol-message.ts';
import type { Session, TerminalSize } from './session.ts';
import type { ExecParams, ShimMethods } from './shim-methods.ts';
import { openSession } from './stream-session.ts';

export type ShimClient = ProtocolClient<ShimMethods>;

export interface ShimConnectionsOptions {
  readonly socketPath: (id: string) => string;
  readonly version: string;
  readonly onEvent: (id: string, event: ProtocolEvent) => void;
  /** The connection to this shim broke: it died, or it dropped us. */
  readonly onLost: (id: string) => void;
}

/**
 * One subscribed connection per living shim, made at the first use.
 *
 * A broken one is told and forgotten; the look that follows connects again, from the last event seen.
 */
export class ShimConnections {
  readonly #options: ShimConnectionsOptions;
  readonly #clients = new Map<string, Promise<ShimClient | undefined>>();
  readonly #seen = new Map<string, number>();
  #isClosed = false;

  constructor(options: ShimConnectionsOptions) {
    this.#options = options;
  }

  /** Undefined when no shim listens for this id. */
  client(id: string, { signal }: CallOptions = {}): Promise<ShimClient | undefined> {
    let client = this.#clients.get(id);
    if (client === undefined) {
      client = this.#connect(id);
      this.#clients.set(id, client);
      client.then(
        (found) => found ?? this.#drop(id, client),
        () => this.#drop(id, client),
      );
    }
    return abortable(client, signal);
  }

  /** Connects in the background, so that events are heard. */
  follow(id: string): void {
    // When that fails, the next look connects, and misses nothing.
    this.client(id).catch(() => undefined);
  }

  /** A new shim is about to be made: its events count from 1, and none of them may be missed. */
  expectNew(id: string): void {
    this.#seen.set(id, 0);
  }

  /** Starts a program beside the task, once even if the connection breaks meanwhile, and connects to its stdio. */
  async exec(id: string, shim: ShimClient, params: ExecParams, options: CallOptions): Promise<Session> {
    const keyed = { ...params, key: randomUUID() };
    try {
      return await this.#execBy(id, shim, keyed, options);
    } catch (error) {
      const again = isCode(error, 'protocol.connection-lost') ? await this.#sameShim(id, options) : undefined;
      if (again === undefined) throw error;
      return this.#execBy(id, again, keyed, options);
    }
  }

  async #execBy(id: string, shim: ShimClient, params: ExecParams, options: CallOptions): Promise<Session> {
    const { exec, pid } = await shim.call('exec', params, options);
    return this.#session(id, shim, { exec, pid, ...options });
  }

  /** Another connection to the shim, unless it has adopted its task: then it does not know what its predecessor executed. */
  async #sameShim(id: string, options: CallOptions): Promise<ShimClient | undefined> {
    const shim = await this.client(id, options);
    const state = await shim?.call('state', {}, options);
    return state?.adoptedAt === undefined ? shim : undefined;
  }

  /** Connects to the stdio of the task itself. */
  attach(id: string, shim: ShimClient, options: CallOptions): Promise<Session> {
    return this.#session(id, shim, { exec: null, ...options });
  }

  /** The container is gone. */
  async forget(id: string): Promise<void> {
    const client = this.#clients.get(id);
    this.#clients.delete(id);
    this.#seen.delete(id);
    (await client?.catch(() => undefined))?.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#clients.keys()].map((id) => this.forget(id)));
  }

  async #connect(id: string): Promise<ShimClient | undefined> {
    const client = await ProtocolClient.open<ShimMethods>({
      path: this.#options.socketPath(id),
      peer: `the shim of container ${id}`,
      version: this.#options.version,
      onEvent: (event) => this.#receive(id, event),
      onClose: () => this.#lose(id),
    });
    if (client !== undefined) await this.#subscribe(id, client);
    return client;
  }

  /** At the first time from now on, as the look that follows sees all before; a shim that is new counts from 1 again. */
  async #subscribe(id: string, client: ShimClient): Promise<void> {
    const from = this.#seen.get(id) === 0 ? 0 : await this.#lastHeard(id, client);
    this.#seen.set(id, from);
    await client.call('subscribe', { from });
  }

  async #lastHeard(id: string, client: ShimClient): Promise<number> {
    const { seq } = await client.call('state', {});
    return Math.min(this.#seen.get(id) ?? seq, seq);
  }

  #receive(id: string, event: ProtocolEvent): void {
    if (event.seq !== undefined) this.#seen.set(id, event.seq);
    this.#options.onEvent(id, event);
  }

  #lose(id: string): void {
    this.#clients.delete(id);
    if (!this.#isClosed) this.#options.onLost(id);
  }

  #drop(id: string, client: Promise<ShimClient | undefined> | undefined): void {
    if (this.#clients.get(id) === client) this.#clients.delete(id);
  }

  #session(
    id: string,
    shim: ShimClient,
    target: CallOptions & { readonly exec: number | null; readonly pid?: number },
  ): Promise<Session> {
    const named = target.exec === null ? {} : { exec: target.exec };
    return openSession({
      ...target,
      path: this.#options.socketPath(id),
      peer: `the shim of container ${id}`,
      version: this.#options.version,
      resize: async (size: TerminalSize) => {
        await shim.call('resize', { ...named, ...size });
      },
    });
  }
}
