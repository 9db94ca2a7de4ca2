import type { Clock } from '../../lib/clock.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { NewEvent, NodeEvent } from '../../model/event.ts';
import { slotName } from '../../model/identity.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { EventStore } from '../../state/event-store.ts';
import { isComingUp } from '../planner/container-condition.ts';
import { describeCause, describeStep } from '../planner/describe-step.ts';
import type { StepOutcome, TraceEvent } from './trace.ts';

/** What was told of a stack, so that it is told once. */
interface Told {
  /** Container id -> number of the last task whose end was told. */
  readonly exits: Map<string, number>;
  readonly health: Map<string, string>;
  readonly blocked: Set<string>;
  converged: boolean;
  /** Something runs and is not ready. */
  isStarting: boolean;
}

/**
 * Turns the trace into the node's history. Each event names its cause: the newest one about the same object, or about the
 * stack.
 */
export class History {
  readonly #events: EventStore;
  readonly #clock: Clock;
  readonly #onEvent: (event: NodeEvent) => void;
  readonly #told = new Map<string, Told>();
  /** Stack -> the newest word of an operator about it. */
  readonly #asked = new Map<string, NodeEvent>();

  constructor(events: EventStore, clock: Clock, onEvent: (event: NodeEvent) => void) {
    this.#events = events;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  /** An operator's word. */
  record(event: NewEvent): void {
    this.#asked.set(event.stack, this.#append(event));
  }

  listen(event: TraceEvent): void {
    switch (event.kind) {
      case 'observed':
        for (const container of event.observed.containers) this.#tellContainer(event.stack, container);
        this.#toldOf(event.stack).isStarting = event.observed.containers.some(isComingUp);
        return;
      case 'planned':
        this.#tellPlan(event.stack, event.plan);
        return;
      case 'step-ends':
        this.#tellStep(event.stack, event.step, event.outcome);
        return;
      case 'round-ends':
        if (event.result.kind === 'failed') {
          const message = String(event.result.error);
          this.#tellDecision({ stack: event.stack, key: '', type: 'round-failed', message });
        }
        return;
      case 'round-begins':
      case 'step-begins':
        return;
    }
  }

  #tellContainer(stack: string, container: ObservedContainer): void {
    const told = this.#toldOf(stack);
    const { spec, exit, phase } = container;
    const key = slotName(spec.slot);
    const ended = phase === 'exited' || phase === 'lost' ? (exit?.task ?? container.task?.number) : undefined;
    if (ended !== undefined && told.exits.get(spec.id) !== ended) {
      told.exits.set(spec.id, ended);
      this.#tellEnd(container, ended);
    }
    if (container.adoptedAt !== undefined) this.#tellAdoption(container, container.adoptedAt);
    if (container.health === (told.health.get(spec.id) ?? 'none')) return;
    told.health.set(spec.id, container.health);
    if (container.health === 'none') return; // its task ended, which was told
    const message = `is ${container.health}${probeOutput(container)}`;
    this.#tellFact({ stack, key, type: 'health', message });
  }

  /** Once, also when the daemon was another one at the time. */
  #tellEnd(container: ObservedContainer, task: number): void {
    const { id, slot } = container.spec;
    const of = { stack: slot.stack, key: slotName(slot), type: 'task-ended' };
    const data = { container: id, task };
    const before = this.#events.last(of.stack, of.key, of.type);
    if (canonicalJson(before?.data) !== canonicalJson(data))
      this.#tellFact({ ...of, message: describeEnd(container), data });
  }

  /** Once, as above. */
  #tellAdoption({ spec, task }: ObservedContainer, at: number): void {
    const of = { stack: spec.slot.stack, key: slotName(spec.slot), type: 'shim-replaced' };
    const data = { container: spec.id, at };
    const before = this.#events.last(of.stack, of.key, of.type);
    if (canonicalJson(before?.data) === canonicalJson(data)) return;
    const message = `its shim was killed; task ${task?.number ?? 0} goes on under another one`;
    this.#tellFact({ ...of, message, data });
  }

  #tellPlan(stack: string, plan: Plan): void {
    const told = this.#toldOf(stack);
    const blocked = new Map(plan.blocked.map((entry) => [`${entry.target} ${entry.reason}`, entry]));
    for (const [text, { target: key, reason: message }] of blocked)
      if (!told.blocked.has(text)) this.#tellDecision({ stack, key, type: 'blocked', message });
    told.blocked.clear();
    for (const text of blocked.keys()) told.blocked.add(text);
    const converged = plan.steps.length === 0 && plan.blocked.length === 0 && !told.isStarting;
    const message = 'everything is as declared';
    if (converged && !told.converged) this.#tellDecision({ stack, key: '', type: 'converged', message });
    told.converged = converged;
  }

  #tellStep(stack: string, step: Step, outcome: StepOutcome): void {
    if (step.kind === 'recordBackoff' || step.kind === 'recordMemo') return;
    const { target: key, kind, causes } = step;
    if (outcome.kind === 'done') {
      const message = `${describeStep(step)}: ${causes.map(describeCause).join(', ')}`;
      this.#tellDecision({ stack, key, type: kind, message });
    }
    if (outcome.kind === 'failed') {
      const message = `${describeStep(step)}: ${messageOf(outcome.error)}`;
      this.#tellDecision({ stack, key, type: 'step-failed', message });
    }
  }

  /** Something that was seen follows from the last thing that happened to the same object. */
  #tellFact(fact: NewEvent): void {
    this.#tell(fact, this.#events.last(fact.stack, fact.key));
  }

  /** Something that was decided follows from that, or from an operator's word, whichever came last. */
  #tellDecision(decision: NewEvent): void {
    const { stack, key } = decision;
    const happened = key === '' ? undefined : this.#events.last(stack, key);
    const asked = this.#asked.get(stack);
    this.#tell(decision, (happened?.seq ?? 0) > (asked?.seq ?? 0) ? happened : asked);
  }

  #tell(event: NewEvent, cause: NodeEvent | undefined): void {
    const { stack } = event;
    const { seq } = cause ?? this.#events.last(stack, '') ?? {};
    this.#append(seq === undefined ? event : { ...event, causeSeq: seq });
  }

  #append(event: NewEvent): NodeEvent {
    const recorded = this.#events.append(event, this.#clock.now());
    this.#onEvent(recorded);
    return recorded;
  }

  #toldOf(stack: string): Told {
    const told = this.#told.get(stack) ?? {
      exits: new Map(),
      health: new Map(),
      blocked: new Set(),
      converged: false,
      isStarting: false,
    };
    this.#told.set(stack, told);
    return told;
  }
}

function describeEnd({ exit, phase }: ObservedContainer): string {
  if (exit === undefined || phase === 'lost') return 'task ended, nobody saw how';
  if (exit.reason === 'startError') return `did not start: ${exit.error?.message ?? 'unknown error'}`;
  const how = exit.signal === undefined ? `exited with ${exit.code}` : `was killed by signal ${exit.signal}`;
  return `task ${exit.task} ${how}${exit.oomKilled ? ' (out of memory)' : ''}`;
}

function probeOutput({ health, lastProbeOutput }: ObservedContainer): string {
  const [line = ''] = (lastProbeOutput ?? '').trim().split('\n');
  return health === 'unhealthy' && line !== '' ? `: ${line.slice(0, 200)}` : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
