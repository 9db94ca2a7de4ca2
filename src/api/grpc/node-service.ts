import type { Plan } from '../../model/plan.ts';
import type { Stack } from '../../model/stack.ts';
import {
  type ListReferrersRequest,
  type LoginRequest,
  type LogsRequest,
  type NodeServiceServer,
  type PlanRequest,
  type PullImageResponse,
  type StatsRequest,
  type VerifyImagesRequest,
  WaitResponse_State,
} from '../contract/generated/tsorch/v1/node.ts';
import type {
  AccountBackend,
  ImageBackend,
  LogQuery,
  NodeBackend,
  Progress,
  TransferBackend,
} from '../node-backend.ts';
import { attachCall } from './attach-call.ts';
import { streaming, unary } from './calls.ts';
import { copyCall } from './copy-call.ts';
import { execCall } from './exec-call.ts';
import { toImage, toReferrer } from './image-message.ts';
import { importCall } from './import-call.ts';

/** Checks a stack that came from a client; throws `protocol.bad-request`. */
export type ParseStack = (json: string) => Stack;

/** The calls of `tsorch.v1.NodeService`: each unpacks its message, asks the backend, packs the answer. */
export function nodeService(backend: NodeBackend, parseStack: ParseStack): NodeServiceServer {
  return {
    ...nodeCalls(backend),
    ...stackCalls(backend, parseStack),
    ...containerCalls(backend),
    ...imageCalls(backend.images),
    ...transferCalls(backend.transfers),
    ...accountCalls(backend.accounts),
  };
}

function nodeCalls({ node, events }: NodeBackend) {
  return {
    getVersion: unary(() => ({ ...node.version(), pid: process.pid })),
    shutdown: unary(async ({ everything }: { everything: boolean }) => {
      await node.shutdown({ everything });
      return {};
    }),
    events: streaming(async function* (
      { stack, follow, after }: { stack: string; follow: boolean; after: number },
      signal,
    ) {
      for await (const batch of events({ follow, after, signal, ...optionalName(stack) }))
        yield { events: batch.map((event) => JSON.stringify(event)) };
    }),
  };
}

function stackCalls({ stacks }: NodeBackend, parseStack: ParseStack) {
  return {
    apply: unary(async ({ stack, source }: { stack: string; source: string }, signal) => {
      const { plan, ...applied } = await stacks.apply(parseStack(stack), { source, signal });
      return { ...applied, plan: planText(plan) };
    }),
    plan: unary(async ({ of }: PlanRequest, signal) => {
      const subject = of?.$case === 'stack' ? { stack: parseStack(of.value) } : { name: of?.value ?? '' };
      const { plan, text } = await stacks.plan(subject, signal);
      return { plan: planText(plan), text };
    }),
    wait: streaming(async function* ({ stack }: { stack: string }, signal) {
      for await (const { status, state } of stacks.progress(stack, signal))
        yield { status: status === undefined ? '' : JSON.stringify(status), state: waitStates[state] };
    }),
    delete: unary(async ({ stack }: { stack: string }) => {
      stacks.delete(stack);
      return {};
    }),
    stop: unary(lifecycle(stacks.stop.bind(stacks))),
    start: unary(lifecycle(stacks.start.bind(stacks))),
    restart: unary(lifecycle(stacks.restart.bind(stacks))),
    pause: unary(freeze(stacks.pause.bind(stacks))),
    unpause: unary(freeze(stacks.unpause.bind(stacks))),
    listStacks: unary(async ({ stack }: { stack: string }) => ({
      stacks: JSON.stringify(await stacks.list(stack === '' ? undefined : stack)),
    })),
    inspect: unary(async ({ object }: { object: string }) => ({
      json: JSON.stringify(await stacks.inspect(object)),
    })),
  };
}

const waitStates: Readonly<Record<Progress['state'], WaitResponse_State>> = {
  progressing: WaitResponse_State.STATE_PROGRESSING,
  converged: WaitResponse_State.STATE_CONVERGED,
  stopped: WaitResponse_State.STATE_CONVERGED,
  failed: WaitResponse_State.STATE_FAILED,
  removed: WaitResponse_State.STATE_REMOVED,
};

function lifecycle(act: (stack: string, services: readonly string[]) => Promise<void> | void) {
  return async ({ stack, services }: { stack: string; services: readonly string[] }) => {
    await act(stack, services);
    return {};
  };
}

function freeze(
  act: (stack: string, services: readonly string[], signal: AbortSignal) => Promise<readonly string[]>,
) {
  return async (
    { stack, services }: { stack: string; services: readonly string[] },
    signal: AbortSignal,
  ): Promise<{ slots: string[] }> => ({ slots: [...(await act(stack, services, signal))] });
}

function containerCalls({ containers }: NodeBackend) {
  return {
    logs: streaming(async function* (request: LogsRequest, signal) {
      for await (const batch of containers.logs(logQuery(request, signal))) yield { lines: [...batch] };
    }),
    stats: streaming(async function* ({ stack, services, intervalMs }: StatsRequest, signal) {
      const query = { ...optionalName(stack), services, intervalMs: statsInterval(intervalMs), signal };
      for await (const usage of containers.stats(query)) yield { containers: JSON.stringify(usage) };
    }),
    exec: execCall(containers),
    attach: attachCall(containers),
  };
}

/** A look reads some files for each container: no client may ask for it without pause. */
function statsInterval(wanted: number): number {
  return wanted === 0 ? 1_000 : Math.max(wanted, 100);
}

function logQuery({ stack, services, follow, tail, since }: LogsRequest, signal: AbortSignal): LogQuery {
  return {
    stack,
    services,
    follow,
    signal,
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since }),
  };
}

function imageCalls(images: ImageBackend) {
  return {
    listImages: unary(async () => ({ images: (await images.list()).map(toImage) })),
    inspectImage: unary(async ({ reference }: { reference: string }) => ({
      json: JSON.stringify(await images.inspect(reference)),
    })),
    explainTrust: unary(async ({ reference }: { reference: string }, signal) => ({
      json: JSON.stringify(await images.explainTrust(reference, { signal })),
    })),
    tagImage: unary(async ({ reference, name }: { reference: string; name: string }) => {
      await images.tag(reference, name);
      return {};
    }),
    removeImage: unary(async ({ reference }: { reference: string }) => {
      await images.remove(reference);
      return {};
    }),
    pruneImages: unary(async (options: { all: boolean; dryRun: boolean }) => ({
      json: JSON.stringify(await images.prune(options)),
    })),
    verifyImages: unary(async ({ references, all, repair }: VerifyImagesRequest, signal) => ({
      json: JSON.stringify(await images.verify({ references, all, repair, signal })),
    })),
    explainImage: unary(async ({ object }: { object: string }) => ({
      json: JSON.stringify(await images.why(object)),
    })),
    pullImage: streaming(({ reference }: { reference: string }, signal) => pull(images, reference, signal)),
    importImage: importCall(images),
  };
}

function transferCalls(transfers: TransferBackend) {
  return {
    copyImage: copyCall(transfers),
    listTags: unary(async ({ repository }: { repository: string }, signal) => ({
      tags: [...(await transfers.tags(repository, { signal }))],
    })),
    listReferrers: unary(async ({ reference, artifactType }: ListReferrersRequest, signal) => {
      const wanted = artifactType === '' ? {} : { artifactType };
      return { referrers: (await transfers.referrers(reference, { signal, ...wanted })).map(toReferrer) };
    }),
  };
}

function accountCalls(accounts: AccountBackend) {
  return {
    login: unary(({ registry, username, password }: LoginRequest, signal) =>
      accounts.login(registry, { username, password }, { signal }),
    ),
    logout: unary(({ registry }: { registry: string }) => accounts.logout(registry)),
  };
}

/** Progress at most ten times a second: the newest wins. */
async function* pull(
  images: ImageBackend,
  reference: string,
  signal: AbortSignal,
): AsyncGenerator<PullImageResponse> {
  let newest: PullImageResponse | undefined;
  const done = images.pull(reference, {
    signal,
    onProgress: (progress) => {
      newest = { message: { $case: 'progress', value: progress } };
    },
  });
  done.catch(() => {}); // told by the race below, unless the client has gone
  for (;;) {
    const image = await Promise.race([done, tick()]);
    if (newest !== undefined) yield newest;
    newest = undefined;
    if (image === undefined) continue;
    yield { message: { $case: 'image', value: toImage(image) } };
    return;
  }
}

function tick(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), 100));
}

function planText(plan: Plan): string {
  return JSON.stringify(plan);
}

function optionalName(stack: string): { readonly stack?: string } {
  return stack === '' ? {} : { stack };
}
