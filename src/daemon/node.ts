import { ApiServer } from '../api/grpc/server.ts';
import type { NodeBackend } from '../api/node-backend.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { TsorchError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { containerBackend } from './backend/container-backend.ts';
import { EventFeed } from './backend/event-backend.ts';
import { imageBackend } from './backend/image-backend.ts';
import { stackBackend } from './backend/stack-backend.ts';
import { parseStack } from './parse-stack.ts';
import { type WiredControl, wireControl } from './wire-control.ts';
import { wireDiskPressure } from './wire-disk-pressure.ts';
import { type WiredEngine, wireEngine } from './wire-engine.ts';
import { wireTrust } from './wire-trust.ts';
import { wireWatchedDirectory } from './wire-watched-directory.ts';

export interface NodeOptions {
  readonly config: NodeConfig;
  readonly logger: Logger;
  readonly version: string;
}

export interface RunningNode {
  /** Ends the daemon; containers, shims and hostd go on. */
  stop(): Promise<void>;
  /** Resolves when the node was ended through its API. */
  readonly ended: Promise<void>;
}

/**
 * Brings the daemon up: database (refuses a second one), hostd, a sweep of what belongs to nobody, reconciler, API.
 * Containers that run already are adopted by looking at them, as every round does.
 */
export async function startNode({ config, logger, version }: NodeOptions): Promise<RunningNode> {
  const engine = wireEngine(config, version);
  const feed = new EventFeed();
  const control = wireControl({ config, engine, logger, onEvent: feed.publish });
  await sweep(engine, control, logger);
  const forgetFacts = engine.containers.onFact(({ kind, stack }) => {
    if (stack === undefined) control.reconciler.wakeAll(kind);
    else control.reconciler.wake(stack, kind);
  });
  const forgetPolicy = wireTrust(engine, control.reconciler);
  const endPressure = wireDiskPressure(config, engine, { controller: control.controller, logger });
  control.reconciler.start();
  const watched = await wireWatchedDirectory(config, control.controller, logger);

  let announceEnd = (): void => {};
  const ended = new Promise<void>((resolve) => {
    announceEnd = resolve;
  });
  const metrics = config.metricsListen === undefined ? undefined : new MetricsServer(control.metrics);
  if (config.metricsListen !== undefined) await metrics?.listen(config.metricsListen);
  const stop = async (): Promise<void> => {
    await metrics?.close();
    forgetFacts();
    forgetPolicy();
    await endPressure();
    await watched.close();
    await control.reconciler.stop();
    await server.close();
    await engine.containers.close();
    await engine.hostd.close();
    control.database.close();
  };
  const shutdown = async ({ everything }: { readonly everything: boolean }): Promise<void> => {
    if (everything) await endHostd(engine, control);
    setImmediate(() => void stop().then(announceEnd)); // after the answer was sent
  };
  const backend: NodeBackend = {
    node: {
      version: () => ({ version, nativeVersion: engine.hostd.peerVersion() ?? '', root: config.paths.root }),
      shutdown,
    },
    stacks: stackBackend(control.controller, engine.containers),
    containers: containerBackend({
      controller: control.controller,
      containers: engine.containers,
      logs: engine.logs,
    }),
    accounts: engine.images.accounts,
    images: imageBackend({
      images: engine.images.manager,
      containers: engine.containers,
      controller: control.controller,
    }),
    transfers: engine.images.transfers,
    events: feed.backend(() => control.events),
  };
  const server = new ApiServer({ backend, parseStack, socketPath: config.paths.apiSocket });
  await server.listen();
  logger.info('daemon is ready', { root: config.paths.root, socket: config.paths.apiSocket, version });
  return { stop, ended };
}

/** What has a name of ours and belongs to no container or network that is known is a leftover of a crash. */
async function sweep(engine: WiredEngine, { ledger }: WiredControl, logger: Logger): Promise<void> {
  const containers = (await engine.containers.list()).map(({ spec }) => spec.id);
  const networks = Object.keys(ledger.subnets());
  const removed = await engine.maintenance.sweep({ containers, networks });
  if (removed.length > 0) logger.warn('removed leftovers', { removed });
}

async function endHostd(engine: WiredEngine, { controller }: WiredControl): Promise<void> {
  const stacks = controller.names();
  if (stacks.length > 0)
    throw new TsorchError<ErrorCode>('node.busy', `there are stacks on this node: ${stacks.join(', ')}`, {
      hint: 'delete them first, or end only the daemon with `tsorch node stop --daemon-only`',
    });
  await engine.maintenance.shutdown();
}
