import { abortable, type CallOptions } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { Hostd } from './hostd.ts';
import type { HostdMethods } from './hostd-methods.ts';
import { type HostdProgram, hostdFailed, launchHostd } from './launch-hostd.ts';
import { isCode, unlessLost } from './native-error.ts';
import { type CallDeadline, ProtocolClient } from './protocol-client.ts';
import type { ProtocolEvent } from './protocol-message.ts';

export interface HostdConnectionOptions {
  readonly socketPath: string;
  readonly version: string;
  readonly clock: Clock;
  /** Absent: hostd is started by somebody else (systemd); it is only waited for. */
  readonly program?: HostdProgram | undefined;
}

type Client = ProtocolClient<HostdMethods>;
type Listener = Parameters<Hostd['onEvent']>[0];

const startDeadlineMs = 10_000;
const firstPollMs = 2;
const longestPollMs = 50;
const longestBackoffMs = 5_000;

/**
 * The daemon's connection to hostd, kept up over deaths of hostd: as soon as the connection breaks, hostd is started again,
 * so that published ports, names and exit records of orphaned shims do not wait for the next call.
 */
export class HostdConnection implements Hostd {
  readonly #options: HostdConnectionOptions;
  readonly #listeners = new Set<Listener>();
  readonly #stopping = new AbortController();
  #client: Client | undefined;
  #attempt: Promise<Client> | undefined;
  #background: Promise<void> = Promise.resolve();
  #isShuttingDown = false;

  constructor(options: HostdConnectionOptions) {
    this.#options = options;
  }

  async call<Name extends keyof HostdMethods>(
    method: Name,
    params: HostdMethods[Name]['params'],
    options: CallDeadline = {},
  ): Promise<HostdMethods[Name]['result']> {
    const client = await this.#connected(options);
    try {
      return await client.call(method, params, options);
    } catch (error) {
      if (!isCode(error, 'protocol.connection-lost') || this.#stopping.signal.aborted) throw error;
    }
    const again = await this.#connected(options);
    return again.call(method, params, options);
  }

  /** Of the native half, while it is connected. */
  peerVersion(): string | undefined {
    return this.#client?.peerVersion;
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends hostd (`node.shutdown`); it is not started again until the next call. */
  async shutdown(options: CallOptions & { readonly force: boolean }): Promise<void> {
    const client = await this.#connected(options);
    this.#isShuttingDown = true;
    try {
      // Not by `call`: a connection that breaks is what is wanted here.
      await unlessLost(client.call('node.shutdown', { force: options.force }, options));
      client.close();
    } finally {
      this.#isShuttingDown = false;
    }
  }

  /** Drops the connection; hostd goes on. */
  async close(): Promise<void> {
    this.#stopping.abort(new Error('the connection to hostd was closed'));
    this.#client?.close();
    await this.#background;
  }

  #connected({ signal }: CallDeadline): Promise<Client> {
    if (this.#client?.isOpen) return Promise.resolve(this.#client);
    this.#attempt ??= this.#connect().finally(() => {
      this.#attempt = undefined;
    });
    return abortable(this.#attempt, signal);
  }

  async #connect(): Promise<Client> {
    this.#client = (await this.#open()) ?? (await this.#launch());
    return this.#client;
  }

  #open(): Promise<Client | undefined> {
    return ProtocolClient.open<HostdMethods>({
      path: this.#options.socketPath,
      peer: 'hostd',
      version: this.#options.version,
      signal: this.#stopping.signal,
      onEvent: (event) => this.#tell(event),
      onClose: () => {
        if (!this.#isShuttingDown) this.#background = this.#reconnect();
      },
    });
  }

  /** Starts hostd and waits until it answers. When another one is faster, ours ends and that one answers. */
  async #launch(): Promise<Client> {
    const { program, clock } = this.#options;
    const process = program === undefined ? undefined : await launchHostd(program);
    const deadline = clock.now() + startDeadlineMs;
    for (let pollMs = firstPollMs; clock.now() < deadline; pollMs = Math.min(pollMs * 2, longestPollMs)) {
      await clock.sleep(pollMs, { signal: this.#stopping.signal });
      const ended = process?.ended();
      const client = await this.#open();
      if (client !== undefined) return client;
      if (ended !== undefined && program !== undefined) throw hostdFailed(program, ended.code);
    }
    throw new TsorchError<ErrorCode>('host.failed', 'hostd does not answer', {
      object: 'hostd',
      retryable: true,
    });
  }

  async #reconnect(): Promise<void> {
    for (
      let backoffMs = 100;
      !this.#stopping.signal.aborted;
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs)
    ) {
      try {
        await this.#connected({});
        this.#tell({ event: 'lost' });
        return;
      } catch {
        // Whoever calls meanwhile gets the error; here only time can help.
        await this.#options.clock.sleep(backoffMs, { signal: this.#stopping.signal }).catch(() => {});
      }
    }
  }

  #tell(event: ProtocolEvent | { readonly event: 'lost' }): void {
    for (const listener of this.#listeners) listener(event);
  }
}
