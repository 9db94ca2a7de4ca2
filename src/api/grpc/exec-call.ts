import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { TsorchError } from '../../lib/errors.ts';
import type { ExecRequest, ExecResponse, ExecStart } from '../contract/generated/tsorch/v1/node.ts';
import type { ContainerBackend, ExecQuery } from '../node-backend.ts';
import { carrySession, sessionCall } from './session-call.ts';

/** One program run in a container: the first message says which, the others are its input. */
export function execCall(backend: ContainerBackend): handleBidiStreamingCall<ExecRequest, ExecResponse> {
  return sessionCall<ExecRequest, ExecResponse>(async (peer) => {
    const first = (await peer.requests.next()).value as ExecRequest | undefined;
    if (first?.message?.$case !== 'start')
      throw new TsorchError('protocol.bad-request', 'the first message of Exec must say what to run');
    const start = first.message.value;
    const session = await backend.exec(start.object, execQuery(start, peer.signal));
    await carrySession(session, peer);
  });
}

function execQuery(start: ExecStart, signal: AbortSignal): ExecQuery {
  if (start.args.length === 0) throw new TsorchError('usage.bad-argument', 'there is no program to run');
  return {
    args: start.args,
    tty: start.tty,
    stdin: start.interactive,
    environment: start.environment,
    signal,
    ...(start.user === '' ? {} : { user: start.user }),
    ...(start.workingDir === '' ? {} : { workingDir: start.workingDir }),
    ...(start.size === undefined ? {} : { size: start.size }),
    ...(start.timeoutMs > 0 ? { timeoutMs: Math.ceil(start.timeoutMs) } : {}),
  };
}
