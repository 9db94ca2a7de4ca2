import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerBackend, LogDocument, LogQuery, StatsQuery } from '../../api/node-backend.ts';
import { findContainer } from '../../control/find-container.ts';
import { isLive } from '../../control/planner/container-condition.ts';
import type { StackController } from '../../control/stack-controller.ts';
import type { ContainerDriver } from '../../engine/containers/container-driver.ts';
import type { LogLine, LogReader } from '../../engine/logs/log-reader.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { ContainerUsage, MeasuredContainer } from '../../model/container-stats.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { slotName } from '../../model/identity.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';

export interface ContainerBackendParts {
  readonly controller: StackController;
  readonly containers: ContainerDriver;
  readonly logs: LogReader;
}

export function containerBackend({ controller, containers, logs }: ContainerBackendParts): ContainerBackend {
  return {
    async *logs(query) {
      requireServices(controller, query);
      const all = await containers.list({ signal: query.signal });
      const meant = all.filter(
        ({ spec: { slot } }) =>
          slot.stack === query.stack &&
          (query.services.length === 0 || query.services.includes(slot.service)),
      );
      requireKeptLog(meant);
      const slots = new Map(meant.map(({ spec }) => [spec.id as string, slotName(spec.slot)]));
      const { follow, tail, since, signal } = query;
      const lines = logs.read([...slots.keys()], { follow, tail, since, signal });
      for await (const batch of batches(lines)) yield batch.map((line) => toDocument(line, slots));
    },
    stats: (query) => usage(controller, containers, query),
    async exec(object, { signal, size, ...request }) {
      const container = await runningContainer(containers, object, signal);
      const session = await containers.exec(container.spec.id, request, { signal });
      if (size !== undefined && request.tty) await session.resize(size);
      return session;
    },
    async attach(object, signal) {
      const { spec } = await runningContainer(containers, object, signal);
      const { tty, stdinOpen: stdin } = spec.definition;
      const session = await containers.attach(spec.id, { signal });
      return { session, container: spec.name, tty, stdin };
    },
  };
}

/** To print nothing would say that nothing was printed. */
function requireKeptLog(meant: readonly ObservedContainer[]): void {
  const [first] = meant;
  if (first === undefined || meant.some(({ spec }) => spec.definition.log?.driver !== 'none')) return;
  throw new TsorchError<ErrorCode>('container.no-log', `no log is kept of ${first.spec.name}`, {
    object: first.spec.name,
  });
}

async function* usage(
  controller: StackController,
  containers: ContainerDriver,
  { stack, services, intervalMs, signal }: StatsQuery,
): AsyncGenerator<readonly ContainerUsage[]> {
  if (stack !== undefined) requireServices(controller, { stack, services });
  for (;;) {
    const measured = await containers.stats({ signal, ...(stack === undefined ? {} : { stack }) });
    const meant = measured.filter(
      ({ spec: { slot } }) => services.length === 0 || services.includes(slot.service),
    );
    yield meant.map(toUsage).sort(byName);
    await delay(intervalMs, undefined, { signal });
  }
}

function toUsage({ spec: { id, slot }, stats }: MeasuredContainer): ContainerUsage {
  return { id, stack: slot.stack, slot: slotName(slot), stats };
}

function byName(a: ContainerUsage, b: ContainerUsage): number {
  return nameOrder.compare(`${a.stack}/${a.slot}`, `${b.stack}/${b.slot}`);
}

/** `web.2` before `web.10`. */
const nameOrder = new Intl.Collator('en', { numeric: true });

async function runningContainer(
  containers: ContainerDriver,
  object: string,
  signal: AbortSignal,
): Promise<ObservedContainer> {
  const container = findContainer(object, await containers.list({ signal }));
  if (isLive(container)) return container;
  throw new TsorchError<ErrorCode>('container.not-running', `${container.spec.name} does not run`, {
    object,
  });
}

function requireServices(
  controller: StackController,
  { stack, services }: Pick<LogQuery, 'stack' | 'services'>,
): void {
  const { stack: definition } = controller.desired(stack);
  const unknown = services.find((service) => definition.services[service] === undefined);
  if (unknown !== undefined)
    throw new TsorchError<ErrorCode>('service.not-found', `stack "${stack}" has no service "${unknown}"`, {
      hint: `its services are ${Object.keys(definition.services).join(', ')}`,
    });
}

function toDocument(
  { container, time, stream, text }: LogLine,
  slots: ReadonlyMap<string, string>,
): LogDocument {
  return { slot: slots.get(container) ?? container, time, stderr: stream === 'stderr', text };
}

const batchLines = 500;

/** Lines that are there at once travel together; a single one is not held up. */
async function* batches(lines: AsyncIterable<LogLine>): AsyncGenerator<readonly LogLine[]> {
  const iterator = lines[Symbol.asyncIterator]();
  let next = iterator.next();
  let batch: LogLine[] = [];
  try {
    for (;;) {
      const result = batch.length === 0 ? await next : await Promise.race([next, idle()]);
      if (result === undefined || batch.length >= batchLines) {
        yield batch;
        batch = [];
      }
      if (result === undefined) continue;
      if (result.done) break;
      batch.push(result.value);
      next = iterator.next();
    }
    if (batch.length > 0) yield batch;
  } finally {
    await iterator.return?.();
  }
}

function idle(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(() => resolve(undefined)));
}
