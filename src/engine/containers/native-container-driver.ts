import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../../lib/abort.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { MeasuredContainer } from '../../model/container-stats.ts';
import { effectiveProcess } from '../../model/effective-process.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { LiveField } from '../../model/plan.ts';
import type { Hostd } from '../host/hostd.ts';
import { unless, unlessLost } from '../host/native-error.ts';
import type { Session } from '../host/session.ts';
import { type ShimClient, ShimConnections } from '../host/shim-connections.ts';
import type { ExecParams, ShimMethods } from '../host/shim-methods.ts';
import type { ImageStore } from '../images/image-store.ts';
import { containerEnvironment } from './bundle/build-config.ts';
import { changedResources } from './bundle/resources.ts';
import { shimLog } from './bundle/shim-config.ts';
import type {
  ContainerDriver,
  ContainerFact,
  ExecRequest,
  ListOptions,
  StartedTask,
  StopOptions,
} from './container-driver.ts';
import { ContainerFacts } from './container-facts.ts';
import { containerPaths } from './container-paths.ts';
import { findRuntime } from './find-runtime.ts';
import { makeParts, type PartMakers } from './make-parts.ts';
import { measureContainers } from './measure-containers.ts';
import { observeContainers } from './observe-containers.ts';
import type { SpecStore } from './spec-store.ts';

export interface NativeContainerDriverOptions extends PartMakers {
  readonly hostd: Hostd;
  readonly specs: SpecStore;
  /** Asked before every start. @throws TsorchError when the image may not run here */
  readonly admit: ImageStore['admit'];
  /** Of this program, told to shims. */
  readonly version: string;
}

/** A program that cannot be executed for that long is stuck in the kernel. */
const startTimeoutMs = 60_000;
/** After the grace period: the cgroup is killed, output drained, the record written. */
const killTimeoutMs = 15_000;
/** The writable layer of a container may hold much. */
const removeTimeoutMs = 120_000;
/** A shim that adopts a task takes some milliseconds. */
const successorAttempts = 100;
const successorDelayMs = 50;

/** Containers by hostd and shims; what of them is on disk is written here (`makeParts`, `SpecStore`). */
export class NativeContainerDriver implements ContainerDriver {
  readonly #options: NativeContainerDriverOptions;
  readonly #facts: ContainerFacts;
  readonly #shims: ShimConnections;
  readonly #stopListening: () => void;

  constructor(options: NativeContainerDriverOptions) {
    this.#options = options;
    this.#facts = new ContainerFacts(options.specs);
    this.#shims = new ShimConnections({
      socketPath: (id) => containerPaths(options.folders, id).shimSocket,
      version: options.version,
      onEvent: (id, { event }) => this.#facts.tell(event, id),
      onLost: (id) => this.#facts.tell('lost', id),
    });
    this.#stopListening = options.hostd.onEvent((event) =>
      this.#facts.tell(event.event, 'data' in event ? idOf(event) : undefined),
    );
  }

  list(options: ListOptions = {}): Promise<readonly ObservedContainer[]> {
    const { folders, specs, hostd, network } = this.#options;
    return observeContainers({ folders, specs, hostd, network, shims: this.#shims }, options);
  }

  stats(options: ListOptions = {}): Promise<readonly MeasuredContainer[]> {
    const { hostd, specs } = this.#options;
    return measureContainers({ hostd, specs }, options);
  }

  checkRuntime(name: string): void {
    findRuntime(this.#options.runtimes, name);
  }

  async create(spec: ContainerSpec, options: CallOptions = {}): Promise<void> {
    this.#options.specs.write(spec);
    await makeParts(this.#options, spec, options);
  }

  async start(id: string, task: number, { signal }: CallOptions = {}): Promise<StartedTask> {
    const spec = this.#options.specs.read(id);
    if (spec === undefined) throw notFound(id);
    await this.#options.admit(spec.image, { signal });
    const shim = await this.#shims.client(id, { signal });
    const started = shim === undefined ? undefined : await unlessLost(startIn(shim, task, signal));
    return started ?? this.#startInNewShim(id, task, signal);
  }

  async stop(id: string, options: StopOptions): Promise<void> {
    const shim = await this.#shims.client(id, options);
    if (shim === undefined || (await unlessLost(stopTask(shim, options)))) return;
    // Its shim was killed. Another one goes on with the stop, or hostd has ended the container.
    const successor = await this.#successor(id, options.signal);
    if (successor !== undefined) await unlessLost(stopTask(successor, options));
  }

  async kill(id: string, signalName: string, { signal }: CallOptions = {}): Promise<void> {
    const shim = await this.#running(id, signal);
    await shim.call('kill', { signal: signalName }, { signal });
  }

  async pause(id: string, { signal }: CallOptions = {}): Promise<void> {
    await (await this.#running(id, signal)).call('pause', {}, { signal });
  }

  async resume(id: string, { signal }: CallOptions = {}): Promise<void> {
    await (await this.#running(id, signal)).call('resume', {}, { signal });
  }

  async update(
    spec: ContainerSpec,
    changed: readonly LiveField[],
    { signal }: CallOptions = {},
  ): Promise<void> {
    // The bundle holds for the next task, the shim's call for this one; the spec says that both were done.
    await makeParts(this.#options, spec, { signal });
    const shim = await this.#shims.client(spec.id, { signal });
    if (shim !== undefined && changed.length > 0) {
      const params = await this.#updateParams(spec, changed);
      // Without a task, or with one that has just ended, there is nothing to be told: the next one reads the bundle.
      await unless(
        ['protocol.connection-lost', 'container.not-running'],
        shim.call('update', params, { signal }),
      );
    }
    this.#options.specs.write(spec);
  }

  async remove(id: string, { signal }: CallOptions = {}): Promise<void> {
    const { hostd, network } = this.#options;
    const shim = await this.#shims.client(id, { signal });
    if (shim !== undefined) {
      await unlessLost(stopTask(shim, { graceMs: 0, signal }));
      // Busy with the commands of a foreign runtime: hostd ends it then.
      await unless(['node.busy', 'protocol.connection-lost'], shim.call('release', {}, { signal }));
    }
    await this.#shims.forget(id);
    // The spec goes last: as long as it is there, the container is seen and its removal is taken up again.
    await network.detach(id, { signal });
    await hostd.call('container.remove', { id }, { signal, timeoutMs: removeTimeoutMs });
  }

  async exec(id: string, request: ExecRequest, { signal }: CallOptions = {}): Promise<Session> {
    const shim = await this.#running(id, signal);
    const environment = await this.#execEnvironment(id, request);
    return this.#shims.exec(id, shim, execParams(request, environment), { signal });
  }

  async attach(id: string, { signal }: CallOptions = {}): Promise<Session> {
    return this.#shims.attach(id, await this.#running(id, signal), { signal });
  }

  async acknowledgeExit(id: string, task: number, { signal }: CallOptions = {}): Promise<void> {
    const shim = await this.#shims.client(id, { signal });
    // The record of a shim that is gone stays until the container is removed.
    if (shim !== undefined) await unlessLost(shim.call('ack', { task }, { signal }));
  }

  onFact(listener: (fact: ContainerFact) => void): () => void {
    return this.#facts.listen(listener);
  }

  /** Drops all connections; shims and containers go on. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.#shims.close();
  }

  async #startInNewShim(id: string, task: number, signal: AbortSignal | undefined): Promise<StartedTask> {
    this.#shims.expectNew(id);
    const params = { id, start: { task } };
    const spawned = await this.#options.hostd.call('shim.spawn', params, {
      signal,
      timeoutMs: startTimeoutMs,
    });
    this.#shims.follow(id);
    const { pid, startedAt } = spawned;
    if (pid !== undefined && startedAt !== undefined) return { pid, startedAt };
    // Somebody had spawned the shim already, and hostd told of that one.
    return startIn(await this.#running(id, signal), task, signal);
  }

  async #running(id: string, signal: AbortSignal | undefined): Promise<ShimClient> {
    const shim = await this.#shims.client(id, { signal });
    if (shim === undefined) throw notRunning(id);
    return shim;
  }

  /** The shim that follows one that was killed, once it listens; undefined when there will be none. */
  async #successor(id: string, signal: AbortSignal | undefined): Promise<ShimClient | undefined> {
    for (let attempt = 0; attempt < successorAttempts; attempt += 1) {
      const { shims } = await this.#options.hostd.call('shim.list', {}, { signal });
      if (!shims.some((shim) => shim.id === id && shim.alive)) return undefined;
      const shim = await this.#shims.client(id, { signal });
      if (shim !== undefined) return shim;
      await delay(successorDelayMs, undefined, { signal });
    }
    return undefined;
  }

  async #updateParams(
    spec: ContainerSpec,
    changed: readonly LiveField[],
  ): Promise<ShimMethods['update']['params']> {
    const { config } = await this.#options.images.open(spec.image.manifest);
    const { healthCheck } = effectiveProcess(config, spec.definition);
    return {
      ...(changed.includes('resources') ? { resources: changedResources(spec.definition.resources) } : {}),
      ...(changed.includes('healthCheck') ? { probe: healthCheck ?? null } : {}),
      ...(changed.includes('log') ? { log: shimLog(spec.definition.log) } : {}),
    };
  }

  /** Undefined = the container's own, which the shim knows. */
  async #execEnvironment(
    id: string,
    { environment, tty }: ExecRequest,
  ): Promise<readonly string[] | undefined> {
    const added = Object.entries(environment ?? {});
    const spec = this.#options.specs.read(id);
    if (spec === undefined || (added.length === 0 && !tty)) return undefined;
    const { config } = await this.#options.images.open(spec.image.manifest);
    const withAdded = {
      ...spec.definition,
      tty: tty || spec.definition.tty,
      environment: { ...spec.definition.environment, ...environment },
    };
    return containerEnvironment({ ...spec, definition: withAdded }, effectiveProcess(config, withAdded));
  }
}

function startIn(shim: ShimClient, task: number, signal: AbortSignal | undefined): Promise<StartedTask> {
  return shim.call('start', { task }, { signal, timeoutMs: startTimeoutMs });
}

/** Resolves when the task that is meant has ended; the shim kills by its own timer, even when we are gone. */
async function stopTask(shim: ShimClient, { task, stopSignal, graceMs, signal }: StopOptions): Promise<true> {
  const state = await shim.call('state', {}, { signal });
  const isOver = state.phase === 'created' || state.phase === 'exited';
  if (isOver || state.task === undefined || (task !== undefined && task !== state.task)) return true;
  const params = { graceMs, ...(stopSignal === undefined ? {} : { signal: stopSignal }) };
  await shim.call('stop', params, { signal });
  await shim.call('wait', { task: state.task }, { signal, timeoutMs: graceMs + killTimeoutMs });
  return true;
}

function execParams(
  { args, workingDir, user, tty, stdin, timeoutMs }: ExecRequest,
  environment: readonly string[] | undefined,
): ExecParams {
  return {
    process: {
      args,
      ...(environment === undefined ? {} : { env: environment }),
      ...(workingDir === undefined ? {} : { cwd: workingDir }),
    },
    ...(user === undefined ? {} : { user }),
    tty,
    stdin,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function idOf(event: { readonly data?: object }): string | undefined {
  const { id } = (event.data ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

function notFound(id: string): TsorchError<ErrorCode> {
  return new TsorchError('container.not-found', `container ${id} does not exist`, { object: id });
}

function notRunning(id: string): TsorchError<ErrorCode> {
  return new TsorchError<ErrorCode>('container.not-running', `container ${id} does not run`, { object: id });
}
