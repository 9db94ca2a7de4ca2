import { readFileSync } from 'node:fs';
import type { NodeConfig } from '../config/node-config.ts';
import { ExitAcknowledger } from '../control/reconciler/exit-acknowledger.ts';
import { History } from '../control/reconciler/history.ts';
import { Reconciler } from '../control/reconciler/reconciler.ts';
import type { TraceEvent } from '../control/reconciler/trace.ts';
import { StackController } from '../control/stack-controller.ts';
import { StackWatch } from '../control/stack-watch.ts';
import { systemClock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { NodeMetrics } from '../metrics/node-metrics.ts';
import type { NodeEvent } from '../model/event.ts';
import { openDatabase } from '../state/database.ts';
import { EventStore } from '../state/event-store.ts';
import { JournalStore } from '../state/journal-store.ts';
import { LedgerStore } from '../state/ledger-store.ts';
import { StackStore } from '../state/stack-store.ts';
import { logTrace } from './log-trace.ts';
import type { WiredEngine } from './wire-engine.ts';

export interface ControlOptions {
  readonly config: NodeConfig;
  readonly engine: WiredEngine;
  readonly logger: Logger;
  readonly onEvent: (event: NodeEvent) => void;
}

/** The parts that remember and decide. Opening the database refuses a second daemon on the same root. */
export function wireControl({ config, engine, logger, onEvent }: ControlOptions) {
  const database = openDatabase(config.paths.database);
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const clock = systemClock;
  const stacks = new StackStore(database);
  const ledger = new LedgerStore(database);
  const events = new EventStore(database, { bootId });
  const history = new History(events, clock, onEvent);
  const watch = new StackWatch();
  const drivers = { ...engine, images: engine.images.store };
  const metrics = new NodeMetrics(() => engine.containers.stats());
  const exits = new ExitAcknowledger(engine.containers);
  const onTrace = (event: TraceEvent): void => {
    history.listen(event);
    exits.listen(event);
    watch.listen(event);
    metrics.listen(event);
    logTrace(logger, event);
  };
  const journal = new JournalStore(database);
  const reconciler = new Reconciler({
    ...{ engine: drivers, stacks, ledger, journal, clock, bootId, onTrace },
  });
  const controller = new StackController({
    ...{ engine: drivers, stacks, ledger, reconciler, history, watch, clock, bootId },
  });
  return { database, events, reconciler, controller, ledger, metrics };
}

export type WiredControl = ReturnType<typeof wireControl>;
