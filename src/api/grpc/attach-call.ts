import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { TsorchError } from '../../lib/errors.ts';
import type { AttachRequest, AttachResponse } from '../contract/generated/tsorch/v1/node.ts';
import type { ContainerBackend } from '../node-backend.ts';
import { writeMessage } from './calls.ts';
import { carrySession, sessionCall } from './session-call.ts';

/** The stdio of a container's task; the answer to the first message tells what it is connected to. */
export function attachCall(
  backend: ContainerBackend,
): handleBidiStreamingCall<AttachRequest, AttachResponse> {
  return sessionCall<AttachRequest, AttachResponse>(async (peer, call) => {
    const first = (await peer.requests.next()).value as AttachRequest | undefined;
    if (first?.message?.$case !== 'start')
      throw new TsorchError('protocol.bad-request', 'the first message of Attach must name a container');
    const { session, ...attached } = await backend.attach(first.message.value.object, peer.signal);
    await writeMessage(call, { message: { $case: 'attached', value: attached } }, peer.signal);
    await carrySession(session, peer);
  });
}
