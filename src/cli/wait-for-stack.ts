import { WaitResponse_State as State } from '../api/contract/generated/tsorch/v1/node.ts';
import type { NodeClient } from '../client/node-client.ts';
import { TsorchError } from '../lib/errors.ts';
import type { StackStatus } from '../model/status.ts';
import { type CommandInput, stringFlag } from './command.ts';
import { durationFlag } from './duration-flag.ts';
import { describeBlocked, summarize } from './output/status.ts';
import { StatusLine } from './output/status-line.ts';

export interface WaitOptions {
  readonly stack: string;
  readonly signal: AbortSignal;
  /** Absent = no limit. */
  readonly timeoutMs: number | undefined;
}

export function timeoutOf(input: CommandInput): number | undefined {
  const text = stringFlag(input, 'timeout');
  return text === undefined ? undefined : durationFlag('timeout', text);
}

/**
 * Shows the progress of a stack until nothing moves any more, or nothing is left of it.
 *
 * @returns the last status; undefined when the stack is gone
 * @throws TsorchError `stack.not-converged` with everything that it is stuck on; `wait.timed-out`
 */
export async function waitForStack(
  client: NodeClient,
  options: WaitOptions,
): Promise<StackStatus | undefined> {
  const { stack, signal, timeoutMs } = options;
  using line = new StatusLine();
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const either = limit === undefined ? signal : AbortSignal.any([signal, limit]);
  let status: StackStatus | undefined;
  for await (const answer of client.stream('wait', { stack }, { signal: either })) {
    status = answer.status === '' ? undefined : (JSON.parse(answer.status) as StackStatus);
    if (answer.state === State.STATE_REMOVED) return undefined;
    if (status !== undefined) line.show(summarize(status));
    if (answer.state === State.STATE_FAILED) throw notConverged(stack, status);
    if (answer.state === State.STATE_CONVERGED) return status;
  }
  line.clear();
  if (limit?.aborted) throw timedOut(stack, status);
  throw new TsorchError(
    signal.aborted ? 'stack.not-converged' : 'protocol.connection-lost',
    signal.aborted ? 'stopped waiting; the node goes on' : 'the daemon ended while it was waited for',
    { hint: `see how it stands with \`tsorch ps ${stack}\`` },
  );
}

function notConverged(stack: string, status: StackStatus | undefined): TsorchError {
  const reasons = status === undefined ? [] : describeBlocked(status);
  return new TsorchError(
    'stack.not-converged',
    [`stack "${stack}" cannot become what the file says`, ...reasons].join('\n'),
  );
}

function timedOut(stack: string, status: StackStatus | undefined): TsorchError {
  const reasons = status === undefined ? [] : describeBlocked(status);
  return new TsorchError(
    'wait.timed-out',
    [`stack "${stack}" is not ready in time; the node goes on`, ...reasons].join('\n'),
  );
}
