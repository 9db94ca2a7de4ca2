import type { CallOptions } from '../../lib/abort.ts';
import type { EpochMs } from '../../model/brand.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { MeasuredContainer } from '../../model/container-stats.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { LiveField } from '../../model/plan.ts';
import type { Session } from '../host/session.ts';

/**
 * Containers of this node.
 *
 * Life: `create` makes all parts (spec.json first, so that a crash leaves something that can be seen and completed), `start`
 * runs a task in it, the task ends by itself or by `stop`, `start` with the next number runs another one in the same
 * container, `remove` takes everything away (spec.json last). Every method may be called again after a crash or an abort
 * and then has the same outcome. Ids are 32 hex digits (`containerId`).
 *
 * An abort ends only the waiting. Errors of the native side arrive as TsorchError with its code, hint and object.
 */
export interface ContainerDriver {
  /** One look at the containers of a stack, or of all stacks, as they are now. */
  list(options?: ListOptions): Promise<readonly ObservedContainer[]>;

  /** What the containers of a stack, or of all stacks, use now; those without a task are left out. One call for all. */
  stats(options?: ListOptions): Promise<readonly MeasuredContainer[]>;

  /** Whether a service may name this OCI runtime in `runtime`. @throws TsorchError `runtime.not-found`, naming those it may */
  checkRuntime(name: string): void;

  /**
   * Makes or completes all parts: directories, volumes and bind sources, network attachment, bundle.
   *
   * Its networks must have been ensured and its image's layers unpacked.
   *
   * @throws TsorchError `image.not-found`, `network.not-found`, `network.address-in-use`, `network.no-address`,
   *   `volume.bad-source`, `runtime.not-found`, `container.no-command`
   */
  create(spec: ContainerSpec, options?: CallOptions): Promise<void>;

  /**
   * Runs task `task`; resolves when the program was executed. The number rises by one with each task; the same number
   * again does not run it twice.
   *
   * @throws TsorchError `container.start-failed` (an exit record with reason `startError` exists then), `container.bad-user`,
   *   `container.not-found`
   */
  start(id: string, task: number, options?: CallOptions): Promise<StartedTask>;

  /** Asks the task to end and resolves when it has; at once when none runs. */
  stop(id: string, options: StopOptions): Promise<void>;

  /** Sends a signal (`SIGHUP`) to the task's first process. */
  kill(id: string, signalName: string, options?: CallOptions): Promise<void>;

  /** Freezes the running task: none of its processes runs on. Again = once. @throws TsorchError `container.not-running` */
  pause(id: string, options?: CallOptions): Promise<void>;

  /** Lets a paused task run on; one that runs is left alone. @throws TsorchError `container.not-running` */
  resume(id: string, options?: CallOptions): Promise<void>;

  /** Tells the running task's surroundings what has `changed`, and remembers `spec` as the applied one. */
  update(spec: ContainerSpec, changed: readonly LiveField[], options?: CallOptions): Promise<void>;

  /** Ends what still runs and removes every part; an unknown id is no error. Named volumes stay. */
  remove(id: string, options?: CallOptions): Promise<void>;

  /** Runs another program in the container. @throws TsorchError `container.not-running`, `container.exec-failed` */
  exec(id: string, request: ExecRequest, options?: CallOptions): Promise<Session>;

  /**
   * Connects to the task's own stdio, from now on. Any number may; none of them holds the task up: who does not take its
   * output in time loses some, and is told how much.
   *
   * @throws TsorchError `container.not-running`
   */
  attach(id: string, options?: CallOptions): Promise<Session>;

  /** The exit record of this task is stored durably elsewhere; the shim may forget it. */
  acknowledgeExit(id: string, task: number, options?: CallOptions): Promise<void>;

  /** Calls `listener` when something happened; carries no state: look again. Returns the function that ends it. */
  onFact(listener: (fact: ContainerFact) => void): () => void;
}

export interface ListOptions extends CallOptions {
  /** Absent = all. */
  readonly stack?: string | undefined;
}

export interface StartedTask {
  readonly pid: number;
  readonly startedAt: EpochMs;
}

export interface StopOptions extends CallOptions {
  /** Only this one: a newer task is left alone. Absent = whichever runs. */
  readonly task?: number | undefined;
  /** `SIGTERM`; absent = as the service or the image says. */
  readonly stopSignal?: string | undefined;
  /** After that the whole cgroup is killed. */
  readonly graceMs: number;
}

export interface ExecRequest {
  readonly args: readonly string[];
  /** Added to the container's own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly workingDir?: string | undefined;
  /** `user[:group]`, names or numbers; absent = the container's. */
  readonly user?: string | undefined;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** The whole tree of the exec is killed after that. */
  readonly timeoutMs?: number | undefined;
}

/** `lost`: the connection to hostd or to a shim broke, so anything may have happened in between. */
export interface ContainerFact {
  readonly kind: 'started' | 'exit' | 'oom' | 'health' | 'lost';
  /** Absent: concerns all. */
  readonly container?: string | undefined;
  /** The container's stack, where known. */
  readonly stack?: string | undefined;
}
