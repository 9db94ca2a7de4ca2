import { History } from '../../src/control/reconciler/history.ts';
import { Reconciler } from '../../src/control/reconciler/reconciler.ts';
import type { TraceEvent } from '../../src/control/reconciler/trace.ts';
import { StackController } from '../../src/control/stack-controller.ts';
import { StackWatch } from '../../src/control/stack-watch.ts';
import type { Stack } from '../../src/model/stack.ts';
import type { StackState } from '../../src/model/status.ts';
import { type Connection, openDatabase } from '../../src/state/database.ts';
import { EventStore } from '../../src/state/event-store.ts';
import { JournalStore } from '../../src/state/journal-store.ts';
import { LedgerStore } from '../../src/state/ledger-store.ts';
import { StackStore } from '../../src/state/stack-store.ts';
import { FakeClock, passTime } from '../fakes/fake-clock.ts';
import { fakeEngine } from '../fakes/fake-engine.ts';
import { ModelNode } from '../fakes/model-node.ts';

export interface ControlHost {
  readonly node: ModelNode;
  readonly database: Connection;
  readonly clock: FakeClock;
}

/** A host and a database, which outlive the daemons that use them. */
export function controlHost(): ControlHost {
  return { node: new ModelNode(), database: openDatabase(':memory:'), clock: new FakeClock() };
}

export interface ControlOptions {
  readonly around?: (call: string, act: () => void) => Promise<void>;
  readonly bootId?: string;
}

/** The deciding half of a daemon, on a host in memory. */
export function startControl({ node, database, clock }: ControlHost, options: ControlOptions = {}) {
  const { around, bootId = 'boot-1' } = options;
  const trace: TraceEvent[] = [];
  const stacks = new StackStore(database);
  const ledger = new LedgerStore(database);
  const events = new EventStore(database, { bootId });
  const history = new History(events, clock, () => {});
  const watch = new StackWatch();
  const engine = fakeEngine({ node, clock, ...(around === undefined ? {} : { around }) });
  const onTrace = (event: TraceEvent): void => {
    trace.push(event);
    history.listen(event);
    watch.listen(event);
  };
  const journal = new JournalStore(database);
  const parts = { engine, stacks, ledger, clock, bootId };
  const reconciler = new Reconciler({ ...parts, journal, onTrace }, { random: () => 0.5 });
  const controller = new StackController({ ...parts, reconciler, history, watch });
  const forgetFacts = engine.containers.onFact(({ kind, stack = '' }) => reconciler.wake(stack, kind));
  reconciler.start();

  /** The state in which the stack comes to rest, however long that takes by the clock. */
  const settle = async (stack: string): Promise<StackState> => {
    let state: StackState = 'progressing';
    let isOver = false;
    const waiting = (async () => {
      for await (const progress of controller.progress(stack, new AbortController().signal))
        state = progress.state;
      isOver = true;
    })();
    await passTime(clock, () => isOver);
    await waiting;
    return state;
  };
  const apply = async (stack: Stack): Promise<StackState> => {
    await controller.apply(stack, { source: 'stack.yaml' });
    return settle(stack.name);
  };
  const stop = async (): Promise<void> => {
    forgetFacts();
    await reconciler.stop();
  };
  return { controller, reconciler, stacks, ledger, events, journal, trace, apply, settle, stop, forgetFacts };
}

export type Control = ReturnType<typeof startControl>;

/** Steps that were carried out, in words: `startTask web.1`. */
export function stepsDone({ trace }: Pick<Control, 'trace'>): readonly string[] {
  return trace.flatMap((event) =>
    event.kind === 'step-ends' && event.outcome.kind === 'done'
      ? [`${event.step.kind} ${event.step.target}`]
      : [],
  );
}
