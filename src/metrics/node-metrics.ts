import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { TraceEvent } from '../control/reconciler/trace.ts';
import type { MeasuredContainer } from '../model/container-stats.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { ContainerMetrics } from './container-metrics.ts';

/** What Prometheus sees of the node, gathered from the reconciler's trace. Labels are bounded by what is declared. */
export class NodeMetrics {
  readonly #registry = new Registry();
  readonly #rounds = new Counter({
    name: 'tsorch_reconcile_rounds_total',
    help: 'Rounds of the reconciler by how they ended',
    labelNames: ['stack', 'result'],
    registers: [this.#registry],
  });
  readonly #steps = new Histogram({
    name: 'tsorch_step_duration_seconds',
    help: 'Duration of executed steps by kind and outcome',
    labelNames: ['kind', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [this.#registry],
  });
  readonly #containers = new Gauge({
    name: 'tsorch_containers',
    help: 'Containers by stack, service and phase at the last look',
    labelNames: ['stack', 'service', 'phase'],
    registers: [this.#registry],
  });
  readonly #shown = new Map<string, readonly { stack: string; service: string; phase: string }[]>();
  readonly #blocked = new Gauge({
    name: 'tsorch_blocked',
    help: 'What cannot go on in a stack: `wait` ends by itself, `stuck` needs a person',
    labelNames: ['stack', 'kind'],
    registers: [this.#registry],
  });

  readonly #usage: ContainerMetrics;

  /** @param measure  what the containers use now; called at each scrape */
  constructor(measure: () => Promise<readonly MeasuredContainer[]>) {
    collectDefaultMetrics({ register: this.#registry });
    this.#usage = new ContainerMetrics(this.#registry, measure);
  }

  readonly contentType = this.#registry.contentType;

  async render(): Promise<string> {
    await this.#usage.refresh();
    return this.#registry.metrics();
  }

  listen(event: TraceEvent): void {
    const { stack } = event;
    switch (event.kind) {
      case 'observed':
        this.#countContainers(stack, event.observed.containers);
        return;
      case 'planned':
        for (const kind of ['wait', 'stuck'] as const)
          this.#blocked.set(
            { stack, kind },
            event.plan.blocked.filter((entry) => entry.kind === kind).length,
          );
        return;
      case 'step-ends':
        this.#steps.observe({ kind: event.step.kind, outcome: event.outcome.kind }, event.durationMs / 1_000);
        return;
      case 'round-ends':
        this.#rounds.inc({ stack, result: event.result.kind });
        return;
      case 'round-begins':
      case 'step-begins':
        return;
    }
  }

  /** Label sets of the look before are dropped: a service that is gone must not be shown for ever. */
  #countContainers(stack: string, containers: readonly ObservedContainer[]): void {
    for (const labels of this.#shown.get(stack) ?? []) this.#containers.remove(labels);
    const shown = containers.map(({ spec, phase }) => ({ stack, service: spec.slot.service, phase }));
    for (const labels of shown) this.#containers.inc(labels);
    this.#shown.set(stack, shown);
  }
}
