import type { CallOptions } from '../lib/abort.ts';
import { TsorchError } from '../lib/errors.ts';
import type { DesiredState } from '../model/desired-state.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { slotName } from '../model/identity.ts';
import type { Plan } from '../model/plan.ts';
import type { Stack } from '../model/stack.ts';
import type { StackState, StackStatus } from '../model/status.ts';
import type { RevisionRecord } from '../state/stack-store.ts';
import { deriveStatus } from './derive-status.ts';
import { isLive } from './planner/container-condition.ts';
import type { History } from './reconciler/history.ts';
import { observe } from './reconciler/observe.ts';
import type { Reconciler } from './reconciler/reconciler.ts';
import { changedServices, type LookParts, lookAt, type PlannedStack, propose } from './stack-look.ts';
import { patience, type StackWatch } from './stack-watch.ts';

export interface StackControllerParts extends LookParts {
  readonly reconciler: Reconciler;
  readonly history: History;
  readonly watch: StackWatch;
}

export interface AppliedStack {
  readonly revision: number;
  readonly changed: boolean;
  /** The first round's. */
  readonly plan: Plan;
}

export interface StackProgress {
  readonly state: StackState;
  /** Absent when nothing is left of the stack. */
  readonly status?: StackStatus;
}

/**
 * What operators can ask of stacks. Each call writes down what is wanted and wakes the reconciler; none acts itself, but
 * `pause` and `unpause`: they hold for the tasks that run now, and for nothing that is started later.
 */
export class StackController {
  readonly #parts: StackControllerParts;

  constructor(parts: StackControllerParts) {
    this.#parts = parts;
  }

  /** Makes the stack the desired state, once the whole of it was checked; nothing is changed by a failed check. */
  async apply(stack: Stack, options: CallOptions & { readonly source: string }): Promise<AppliedStack> {
    const { stacks, ledger, history, reconciler, clock } = this.#parts;
    const { source } = options;
    const { plan, desired } = await propose(stack, this.#parts, options);
    const { images, revision } = desired;
    const changed = changedServices(stacks.find(stack.name)?.stack, stack);
    const applied = stacks.apply({ stack, images, digest: revision.digest, source, createdAt: clock.now() });
    ledger.dropFailures(stack.name);
    for (const service of changed) ledger.dropHolds(stack.name, service);
    const message = `revision ${applied.number} from ${source}`;
    if (applied.changed) history.record({ stack: stack.name, key: '', type: 'applied', message });
    reconciler.interrupt(stack.name, 'applied');
    return { revision: applied.number, changed: applied.changed, plan };
  }

  /** What applying the stack, or the next round of a known one, would do. */
  async plan(
    of: { readonly stack: Stack } | { readonly name: string },
    options: CallOptions,
  ): Promise<PlannedStack> {
    if ('stack' in of) return propose(of.stack, this.#parts, options);
    return lookAt(this.desired(of.name), this.#parts, options);
  }

  delete(name: string): void {
    this.desired(name);
    this.#parts.stacks.setWanted(name, 'removed');
    this.#asked(name, 'delete', 'deletion was asked for');
  }

  /** All services when none is named. */
  stop(name: string, services: readonly string[]): void {
    this.#requireServices(name, services);
    const { stacks, ledger, clock, bootId } = this.#parts;
    if (services.length === 0) stacks.setWanted(name, 'stopped');
    for (const key of services) ledger.putHold(name, { key, reason: 'operator', since: clock.now(), bootId });
    this.#asked(name, 'stop', `stop of ${namesOf(services)} was asked for`);
  }

  /** Ends holds and waits: whatever of it does not run is started, now. A one-shot runs again only when it is named. */
  async start(name: string, services: readonly string[], options: CallOptions = {}): Promise<void> {
    const { stack } = this.#requireServices(name, services);
    await this.#renew(name, services, { ...options, live: false });
    this.#parts.stacks.setWanted(name, 'running');
    this.#lift(name, services.length === 0 ? Object.keys(stack.services) : services);
    this.#asked(name, 'start', `start of ${namesOf(services)} was asked for`);
  }

  /** A new task in every container of these services, whether one runs there or not. */
  async restart(name: string, services: readonly string[], options: CallOptions = {}): Promise<void> {
    const { stack } = this.#requireServices(name, services);
    await this.#renew(name, services, { ...options, live: true });
    this.#lift(name, services.length === 0 ? Object.keys(stack.services) : services);
    this.#asked(name, 'restart', `restart of ${namesOf(services)} was asked for`);
  }

  /** Freezes the tasks of these services; resolves with the slots that are paused now. */
  pause(name: string, services: readonly string[], options: CallOptions = {}): Promise<readonly string[]> {
    return this.#freeze('pause', name, { services, ...options });
  }

  /** Lets paused tasks run on. */
  unpause(name: string, services: readonly string[], options: CallOptions = {}): Promise<readonly string[]> {
    return this.#freeze('unpause', name, { services, ...options });
  }

  names(): readonly string[] {
    return this.#parts.stacks.names();
  }

  async status(name: string, options: CallOptions = {}): Promise<StackStatus> {
    return deriveStatus(await lookAt(this.desired(name), this.#parts, options));
  }

  /** @throws TsorchError `stack.not-found` */
  desired(name: string): DesiredState {
    const desired = this.#parts.stacks.find(name);
    if (desired !== undefined) return desired;
    throw new TsorchError<ErrorCode>('stack.not-found', `there is no stack "${name}"`, { object: name });
  }

  revisions(name: string): readonly RevisionRecord[] {
    return this.#parts.stacks.revisions(name);
  }

  /**
   * States of a stack, each newer than the call, until nothing moves any more or nothing is left of it.
   *
   * @throws what breaks its rounds (hostd away, a full disk), when that goes on
   */
  async *progress(name: string, signal: AbortSignal): AsyncGenerator<StackProgress> {
    const { watch, reconciler } = this.#parts;
    this.desired(name);
    const since = watch.newestRound();
    reconciler.wake(name, 'waited for');
    while (!signal.aborted) {
      const broken = watch.broken(name);
      if (broken.length >= patience) throw broken.at(-1);
      const moved = watch.moved(name, signal);
      const progress = this.#progressSince(name, since);
      if (progress !== undefined) yield progress;
      if (progress !== undefined && progress.state !== 'progressing') return;
      await moved;
    }
  }

  /** By the newest round that began after round `since`; undefined while there is none. */
  #progressSince(name: string, since: number): StackProgress | undefined {
    const { stacks, ledger, watch } = this.#parts;
    const desired = stacks.find(name);
    const remembered = ledger.read(name);
    if (desired === undefined || remembered === undefined) return { state: 'removed' };
    const last = watch.last(name);
    if (last === undefined || last.round <= since) return undefined;
    const { plan, observed } = last;
    const status = deriveStatus({ desired, observed, ledger: remembered, plan });
    const { revision, ledgerSequence } = plan.basis;
    const isCurrent = revision === desired.revision.digest && ledgerSequence === remembered.sequence;
    const state = isCurrent ? status.state : 'progressing';
    return { state, status: { ...status, state } };
  }

  /** Writes down which tasks must be followed by another one, whatever the restart policy says. */
  async #renew(
    name: string,
    services: readonly string[],
    { live, ...options }: CallOptions & { readonly live: boolean },
  ): Promise<void> {
    const { ledger, clock, bootId, engine } = this.#parts;
    const desired = this.desired(name);
    const observed = await observe(desired, engine, { ...options, now: clock.now(), bootId });
    const meant = observed.containers.filter(
      (container) =>
        (services.length === 0 || services.includes(container.spec.slot.service)) &&
        (live || !isLive(container)),
    );
    ledger.putRenewals(
      name,
      meant.flatMap(({ spec, task }) =>
        task === undefined ? [] : [{ container: spec.id, task: task.number }],
      ),
    );
    for (const service of services) ledger.dropMemo(name, service);
  }

  async #freeze(
    verb: 'pause' | 'unpause',
    name: string,
    { services, ...options }: CallOptions & { readonly services: readonly string[] },
  ): Promise<readonly string[]> {
    this.#requireServices(name, services);
    const { containers } = this.#parts.engine;
    const all = await containers.list({ ...options, stack: name });
    const meant = all.filter(
      ({ spec: { slot }, phase }) =>
        (services.length === 0 || services.includes(slot.service)) &&
        (phase === 'running' || phase === 'paused'),
    );
    if (meant.length === 0)
      throw new TsorchError<ErrorCode>('container.not-running', `nothing runs of ${namesOf(services)}`, {
        object: name,
      });
    const act = verb === 'pause' ? containers.pause : containers.resume;
    await Promise.all(meant.map(({ spec }) => act.call(containers, spec.id, options)));
    this.#asked(name, verb, `${verb} of ${namesOf(services)} was asked for`);
    return meant.map(({ spec }) => slotName(spec.slot)).sort();
  }

  #lift(name: string, services: readonly string[]): void {
    const { ledger } = this.#parts;
    ledger.dropFailures(name);
    for (const service of services) {
      ledger.dropHolds(name, service);
      ledger.dropBackoffs(name, service);
    }
  }

  #asked(stack: string, type: string, message: string): void {
    this.#parts.history.record({ stack, key: '', type, message });
    this.#parts.reconciler.interrupt(stack, type);
  }

  #requireServices(name: string, services: readonly string[]): DesiredState {
    const desired = this.desired(name);
    const unknown = services.find((service) => desired.stack.services[service] === undefined);
    if (unknown === undefined) return desired;
    throw new TsorchError<ErrorCode>('service.not-found', `stack "${name}" has no service "${unknown}"`, {
      object: `${name}/${unknown}`,
      hint: `its services are ${Object.keys(desired.stack.services).join(', ')}`,
    });
  }
}

function namesOf(services: readonly string[]): string {
  return services.join(', ') || 'all services';
}
