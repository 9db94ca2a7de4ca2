import { createHash, randomBytes } from 'node:crypto';
import type { CallOptions } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { TsorchError } from '../lib/errors.ts';
import { canonicalHash, canonicalJson } from '../model/canonical-json.ts';
import type { DesiredState } from '../model/desired-state.ts';
import type { Digest } from '../model/digest.ts';
import type { ErrorCode } from '../model/error-code.ts';
import type { Ledger } from '../model/ledger.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { Plan } from '../model/plan.ts';
import type { Stack } from '../model/stack.ts';
import type { StackState, StackStatus } from '../model/status.ts';
import type { LedgerStore } from '../state/ledger-store.ts';
import type { RevisionRecord, StackStore } from '../state/stack-store.ts';
import { deriveStatus, stackState } from './derive-status.ts';
import { isLive } from './planner/container-condition.ts';
import { planStack } from './planner/plan-stack.ts';
import { preflight } from './preflight.ts';
import type { History } from './reconciler/history.ts';
import { observe } from './reconciler/observe.ts';
import type { Reconciler } from './reconciler/reconciler.ts';
import type { Engine } from './reconciler/step-handler.ts';
import type { StackWatch } from './stack-watch.ts';

export interface StackControllerParts {
  readonly engine: Engine;
  readonly stacks: StackStore;
  readonly ledger: LedgerStore;
  readonly reconciler: Reconciler;
  readonly history: History;
  readonly watch: StackWatch;
  readonly clock: Clock;
  readonly bootId: string;
}

export interface AppliedStack {
  readonly revision: number;
  readonly changed: boolean;
  /** The first round's. */
  readonly plan: Plan;
}

/** A plan with all that it was made of. */
export interface PlannedStack {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly ledger: Ledger;
}

export interface StackProgress {
  readonly state: StackState;
  /** Absent when nothing is left of the stack. */
  readonly status?: StackStatus;
}

/** What operators can ask of stacks. Each call writes down what is wanted and wakes the reconciler; none acts itself. */
export class StackController {
  readonly #parts: StackControllerParts;

  constructor(parts: StackControllerParts) {
    this.#parts = parts;
  }

  /** Makes the stack the desired state, once the whole of it was checked; nothing is changed by a failed check. */
  async apply(stack: Stack, options: CallOptions & { readonly source: string }): Promise<AppliedStack> {
    const { stacks, ledger, history, reconciler, clock } = this.#parts;
    const planned = await this.#propose(stack, options);
    const { images, revision } = planned.desired;
    const before = stacks.find(stack.name);
    const applied = stacks.apply({
      stack,
      images,
      digest: revision.digest,
      source: options.source,
      createdAt: clock.now(),
    });
    ledger.dropFailures(stack.name);
    for (const service of changedServices(before?.stack, stack)) ledger.dropHold(stack.name, service);
    if (applied.changed)
      history.record({
        stack: stack.name,
        key: '',
        type: 'applied',
        message: `revision ${applied.number} from ${options.source}`,
      });
    reconciler.interrupt(stack.name, 'applied');
    return { revision: applied.number, changed: applied.changed, plan: planned.plan };
  }

  /** What applying the stack, or the next round of a known one, would do: the reconciler's own function on its own look. */
  async plan(
    of: { readonly stack: Stack } | { readonly name: string },
    options: CallOptions,
  ): Promise<PlannedStack> {
    if ('stack' in of) return this.#propose(of.stack, options);
    return this.#look(of.name, options);
  }

  delete(name: string): void {
    this.#require(name);
    this.#parts.stacks.setWanted(name, 'removed');
    this.#asked(name, 'delete', 'deletion was asked for');
  }

  /** All services when none is named. */
  stop(name: string, services: readonly string[]): void {
    const { stack } = this.#requireServices(name, services);
    if (services.length === 0) this.#parts.stacks.setWanted(name, 'stopped');
    for (const key of services)
      this.#parts.ledger.putHold(stack.name, {
        key,
        reason: 'operator',
        since: this.#parts.clock.now(),
        bootId: this.#parts.bootId,
      });
    this.#asked(name, 'stop', `stop of ${services.join(', ') || 'all services'} was asked for`);
  }

  /** Ends holds and waits: what is started is tried at once. */
  start(name: string, services: readonly string[]): void {
    const { stack } = this.#requireServices(name, services);
    const { stacks, ledger } = this.#parts;
    const meant = services.length === 0 ? Object.keys(stack.services) : services;
    stacks.setWanted(name, 'running');
    ledger.dropFailures(name);
    for (const key of meant) ledger.dropHold(name, key);
    for (const { key } of ledger.read(name)?.backoffs ?? [])
      if (meant.some((service) => key.startsWith(`${service}.`))) ledger.dropBackoff(name, key);
    this.#asked(name, 'start', `start of ${meant.join(', ')} was asked for`);
  }

  /** Every live task of these services is followed by another one in the same container. */
  async restart(name: string, services: readonly string[], options: CallOptions = {}): Promise<void> {
    const desired = this.#requireServices(name, services);
    const { ledger, clock, bootId, engine } = this.#parts;
    const observed = await observe(desired, engine, { ...options, now: clock.now(), bootId });
    for (const container of observed.containers) {
      const { spec, task } = container;
      const meant = services.length === 0 || services.includes(spec.slot.service);
      if (meant && task !== undefined && isLive(container)) ledger.putRenewal(name, spec.id, task.number);
    }
    this.#asked(name, 'restart', `restart of ${services.join(', ') || 'all services'} was asked for`);
  }

  names(): readonly string[] {
    return this.#parts.stacks.names();
  }

  async status(name: string, options: CallOptions = {}): Promise<StackStatus> {
    return deriveStatus(await this.#look(name, options));
  }

  desired(name: string): DesiredState {
    return this.#require(name);
  }

  revisions(name: string): readonly RevisionRecord[] {
    return this.#parts.stacks.revisions(name);
  }

  /** States of a stack, each newer than the call, until nothing moves any more or nothing is left of it. */
  async *progress(name: string, signal: AbortSignal): AsyncGenerator<StackProgress> {
    const { stacks, ledger, watch, reconciler } = this.#parts;
    this.#require(name);
    const since = watch.newestRound();
    reconciler.wake(name, 'waited for');
    while (!signal.aborted) {
      const moved = watch.moved(name, signal);
      const desired = stacks.find(name);
      if (desired === undefined) {
        yield { state: 'removed' };
        return;
      }
      const last = watch.last(name);
      const remembered = ledger.read(name);
      if (last !== undefined && last.round > since && remembered !== undefined) {
        const { plan } = last;
        const status = deriveStatus({ desired, observed: last.observed, ledger: remembered, plan });
        const isCurrent =
          plan.basis.revision === desired.revision.digest &&
          plan.basis.ledgerSequence === remembered.sequence;
        const state = isCurrent ? stackState(desired, plan) : 'progressing';
        yield { state, status: { ...status, state } };
        if (state !== 'progressing') return;
      }
      await moved;
    }
  }

  async #propose(stack: Stack, options: CallOptions): Promise<PlannedStack> {
    const { engine, stacks, ledger, clock, bootId } = this.#parts;
    const images = await preflight(stack, engine, options);
    const present = stacks.find(stack.name);
    const digest = revisionDigest(stack, images);
    const number = (present?.revision.number ?? 0) + (present?.revision.digest === digest ? 0 : 1);
    const desired: DesiredState = { stack, images, wanted: 'running', revision: { number, digest } };
    const observed = await observe(desired, engine, { ...options, now: clock.now(), bootId });
    const remembered = ledger.read(stack.name) ?? emptyLedger(ledger);
    const changed = changedServices(present?.stack, stack);
    const proposed = {
      ...remembered,
      failures: [],
      holds: remembered.holds.filter(({ key }) => !changed.includes(key)),
    };
    const plan = planStack({ desired, observed, ledger: proposed, now: clock.now() });
    return { plan, desired, observed, ledger: proposed };
  }

  async #look(name: string, options: CallOptions): Promise<PlannedStack> {
    const { engine, ledger, clock, bootId } = this.#parts;
    const desired = this.#require(name);
    const observed = await observe(desired, engine, { ...options, now: clock.now(), bootId });
    const remembered = ledger.read(name) ?? emptyLedger(ledger);
    const plan = planStack({ desired, observed, ledger: remembered, now: clock.now() });
    return { plan, desired, observed, ledger: remembered };
  }

  #asked(stack: string, type: string, message: string): void {
    this.#parts.history.record({ stack, key: '', type, message });
    this.#parts.reconciler.interrupt(stack, type);
  }

  #require(name: string): DesiredState {
    const desired = this.#parts.stacks.find(name);
    if (desired !== undefined) return desired;
    throw new TsorchError<ErrorCode>('stack.not-found', `there is no stack "${name}"`, { object: name });
  }

  #requireServices(name: string, services: readonly string[]): DesiredState {
    const desired = this.#require(name);
    const unknown = services.find((service) => desired.stack.services[service] === undefined);
    if (unknown === undefined) return desired;
    throw new TsorchError<ErrorCode>('service.not-found', `stack "${name}" has no service "${unknown}"`, {
      object: `${name}/${unknown}`,
      hint: `its services are ${Object.keys(desired.stack.services).join(', ')}`,
    });
  }
}

function revisionDigest(stack: Stack, images: Readonly<Record<string, Digest>>): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson({ stack, images })).digest('hex')}` as Digest;
}

/** Services of `after` that `before` had not, or had otherwise. */
function changedServices(before: Stack | undefined, after: Stack): readonly string[] {
  return Object.entries(after.services)
    .filter(([name, service]) => canonicalHash(service) !== canonicalHash(before?.services[name] ?? null))
    .map(([name]) => name);
}

/** Of a stack that is not known yet. */
function emptyLedger(store: LedgerStore): Ledger {
  return {
    sequence: 0,
    holds: [],
    backoffs: [],
    failures: [],
    memos: [],
    renewals: {},
    nonces: {},
    subnets: store.subnets(),
    tagKey: randomBytes(16).toString('hex'),
  };
}
