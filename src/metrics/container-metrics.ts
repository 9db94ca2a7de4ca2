import { Counter, Gauge, type Registry } from 'prom-client';
import type { ContainerStats, MeasuredContainer, Pressure } from '../model/container-stats.ts';

/** One value with the labels that it has beside those of its container. */
interface Sample {
  readonly value: number | undefined;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Family {
  /** Ends in `_total` when it only rises. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (stats: ContainerStats) => readonly Sample[];
}

/** Where cAdvisor has only the path of the control group as `id`, this is the container's own. */
const ownLabels = ['id', 'name', 'image', 'stack', 'service'] as const;

const one =
  (read: (stats: ContainerStats) => number | undefined) =>
  (stats: ContainerStats): readonly Sample[] => [{ value: read(stats) }];

const seconds = (us: number | undefined): number | undefined => (us === undefined ? undefined : us / 1e6);

const cpu: readonly Family[] = [
  {
    name: 'container_cpu_usage_seconds_total',
    help: 'Processor time',
    read: one(({ cpu }) => seconds(cpu?.usageUs)),
  },
  {
    name: 'container_cpu_user_seconds_total',
    help: 'Processor time in programs',
    read: one(({ cpu }) => seconds(cpu?.userUs)),
  },
  {
    name: 'container_cpu_system_seconds_total',
    help: 'Processor time in the kernel',
    read: one(({ cpu }) => seconds(cpu?.systemUs)),
  },
  {
    name: 'container_cpu_cfs_periods_total',
    help: 'Periods of the processor quota',
    read: one(({ cpu }) => cpu?.periods),
  },
  {
    name: 'container_cpu_cfs_throttled_periods_total',
    help: 'Periods in which the processor quota was used up',
    read: one(({ cpu }) => cpu?.throttledPeriods),
  },
  {
    name: 'container_cpu_cfs_throttled_seconds_total',
    help: 'Time in which the processor quota let nothing run',
    read: one(({ cpu }) => seconds(cpu?.throttledUs)),
  },
];

const memory: readonly Family[] = [
  {
    name: 'container_memory_usage_bytes',
    help: 'All memory that is charged, with the page cache',
    read: one(({ memory }) => memory?.usage),
  },
  {
    name: 'container_memory_working_set_bytes',
    help: 'Memory without file pages that were not used lately: what comes near the limit',
    read: one(({ memory }) => memory?.workingSet),
  },
  {
    name: 'container_memory_max_usage_bytes',
    help: 'Highest container_memory_usage_bytes so far',
    read: one(({ memory }) => memory?.peak),
  },
  {
    name: 'container_memory_rss',
    help: 'Anonymous memory in bytes',
    read: one(({ memory }) => memory?.anonymous),
  },
  { name: 'container_memory_cache', help: 'Page cache in bytes', read: one(({ memory }) => memory?.file) },
  { name: 'container_memory_swap', help: 'Swap in bytes', read: one(({ memory }) => memory?.swap) },
  {
    name: 'container_memory_kernel_usage',
    help: 'Memory of the kernel for the container in bytes',
    read: one(({ memory }) => memory?.kernel),
  },
  {
    name: 'container_memory_failcnt',
    help: 'How often the memory limit was about to be exceeded',
    read: one(({ memory }) => memory?.events.max),
  },
  {
    name: 'container_memory_failures_total',
    help: 'Page faults',
    labels: ['failure_type'],
    read: ({ memory }) => [
      { value: memory?.pageFaults, labels: { failure_type: 'pgfault' } },
      { value: memory?.majorPageFaults, labels: { failure_type: 'pgmajfault' } },
    ],
  },
  {
    name: 'container_oom_events_total',
    help: 'Processes killed for lack of memory',
    read: one(({ memory }) => memory?.events.oomKill),
  },
  {
    name: 'container_spec_memory_limit_bytes',
    help: 'Memory limit; 0 = none',
    read: one(({ memory }) => memory && (memory.limit ?? 0)),
  },
];

type DeviceField = 'readBytes' | 'writeBytes' | 'readOperations' | 'writeOperations';

const disk = (name: string, help: string, field: DeviceField): Family => ({
  name: `container_fs_${name}_total`,
  help,
  labels: ['device'],
  read: ({ io }) =>
    (io?.devices ?? []).map((device) => ({
      value: device[field],
      labels: { device: `${device.major}:${device.minor}` },
    })),
});

const disks: readonly Family[] = [
  disk('reads_bytes', 'Bytes read from block devices', 'readBytes'),
  disk('writes_bytes', 'Bytes written to block devices', 'writeBytes'),
  disk('reads', 'Operations that read from block devices', 'readOperations'),
  disk('writes', 'Operations that wrote to block devices', 'writeOperations'),
];

const traffic = (
  direction: 'receive' | 'transmit',
  [name, field]: readonly [string, 'bytes' | 'packets' | 'errors' | 'dropped'],
): Family => ({
  name: `container_network_${direction}_${name}_total`,
  help: `${direction === 'receive' ? 'Received' : 'Sent'}: ${field}`,
  labels: ['interface'],
  read: ({ network }) =>
    (network ?? []).map(({ interface: name, received, sent }) => ({
      value: (direction === 'receive' ? received : sent)[field],
      labels: { interface: name },
    })),
});

const trafficFields = [
  ['bytes', 'bytes'],
  ['packets', 'packets'],
  ['errors', 'errors'],
  ['packets_dropped', 'dropped'],
] as const;

const network: readonly Family[] = (['receive', 'transmit'] as const).flatMap((direction) =>
  trafficFields.map((field) => traffic(direction, field)),
);

const waiting = (resource: string, read: (stats: ContainerStats) => Pressure | undefined): Family[] => [
  {
    name: `container_pressure_${resource}_waiting_seconds_total`,
    help: `Time in which some processes waited for ${resource}`,
    read: one((stats) => seconds(read(stats)?.some.totalUs)),
  },
  {
    name: `container_pressure_${resource}_stalled_seconds_total`,
    help: `Time in which all processes waited for ${resource}`,
    read: one((stats) => seconds(read(stats)?.full?.totalUs)),
  },
];

const families: readonly Family[] = [
  ...cpu,
  ...memory,
  ...disks,
  { name: 'container_threads', help: 'Threads', read: one(({ pids }) => pids?.current) },
  {
    name: 'container_threads_max',
    help: 'Limit of threads; 0 = none',
    read: one(({ pids }) => pids && (pids.limit ?? 0)),
  },
  ...network,
  ...waiting('cpu', (stats) => stats.cpu?.pressure),
  ...waiting('memory', (stats) => stats.memory?.pressure),
  ...waiting('io', (stats) => stats.io?.pressure),
];

/** What containers use, under cAdvisor's names (docs/decisions/metric-names.md). Read at each scrape, never in between. */
export class ContainerMetrics {
  readonly #measure: () => Promise<readonly MeasuredContainer[]>;
  readonly #metrics: readonly { readonly family: Family; readonly metric: Counter | Gauge }[];
  readonly #failed: Gauge;

  constructor(registry: Registry, measure: () => Promise<readonly MeasuredContainer[]>) {
    this.#measure = measure;
    this.#metrics = families.map((family) => ({ family, metric: register(registry, family) }));
    this.#failed = new Gauge({
      name: 'container_scrape_error',
      help: '1 when the containers could not be measured',
      registers: [registry],
    });
  }

  /** Never fails: the node's other figures are wanted most when its containers cannot be measured. */
  async refresh(): Promise<void> {
    const measured = await this.#measure().catch(() => undefined);
    this.#failed.set(measured === undefined ? 1 : 0);
    for (const { family, metric } of this.#metrics) {
      // Containers that are gone must not be shown for ever.
      metric.reset();
      for (const container of measured ?? []) show(metric, family, container);
    }
  }
}

function register(registry: Registry, { name, help, labels = [] }: Family): Counter | Gauge {
  const options = { name, help, labelNames: [...ownLabels, ...labels], registers: [registry] };
  return name.endsWith('_total') ? new Counter(options) : new Gauge(options);
}

function show(metric: Counter | Gauge, { read }: Family, { spec, stats }: MeasuredContainer): void {
  const { id, name, image, slot } = spec;
  const own = { id, name, image: image.reference, stack: slot.stack, service: slot.service };
  // A counter that was reset is set by its first increment.
  for (const { value, labels } of read(stats))
    if (value !== undefined) metric.inc({ ...own, ...labels }, value);
}
