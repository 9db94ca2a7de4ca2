import { assertNever } from '../../model/assert-never.ts';
import type { Cause, Step } from '../../model/plan.ts';

/** What a step does, in the words of the one language of plans, events and golden scenarios: `start web.1 (task 2)`. */
export function describeStep(step: Step): string {
  const { target } = step;
  switch (step.kind) {
    case 'pullImage':
      return `pull image ${target}`;
    case 'ensureNetwork':
      return `create network ${target} (${step.args.subnet})`;
    case 'removeNetwork':
      return `remove network ${target}`;
    case 'ensureVolume':
      return `create volume ${target}`;
    case 'createContainer':
      return `create ${target}`;
    case 'startTask':
      return `start ${target} (task ${step.args.task})`;
    case 'updateContainer':
      return `update ${target}`;
    case 'switchEndpoints':
      return describeSwitch(target, step.args);
    case 'stopTask':
      return `stop ${target}`;
    case 'removeContainer':
      return `remove ${target}`;
    case 'recordBackoff':
      return `count failure ${step.args.backoff.attempts} of ${target}`;
    case 'recordMemo':
      return `remember that ${target} has completed`;
    case 'forgetStack':
      return `forget stack ${target}`;
    default:
      return assertNever(step);
  }
}

function describeSwitch(
  target: string,
  { ready, all, ports }: Extract<Step, { kind: 'switchEndpoints' }>['args'],
): string {
  if (all.length === 0 && ports.length === 0) return `take ${target} out of the traffic`;
  if (ready.length === 0) return `reserve the ports of ${target}`;
  return `direct traffic of ${target} to ${ready.length} container${ready.length === 1 ? '' : 's'}`;
}

export function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case 'field':
      return describeField(cause);
    case 'missing':
      return `no ${cause.what}`;
    case 'exit':
      return describeExit(cause);
    case 'unhealthy':
      return 'unhealthy';
    case 'dependency':
      return `${cause.service} ${cause.what}`;
    case 'removed':
      return `${cause.what} removed`;
    case 'operator':
      return `${cause.what} (operator)`;
    case 'drift':
      return `${cause.what} differ`;
    default:
      return assertNever(cause);
  }
}

/** `environment.LOG_LEVEL a3f09c -> 77b1e0`; the tags of secret values say only that they differ. */
function describeField({ path, from, to }: Extract<Cause, { kind: 'field' }>): string {
  if (from === undefined) return `${path} added: ${to ?? ''}`;
  return to === undefined ? `${path} removed` : `${path} ${from} -> ${to}`;
}

function describeExit({ code, oomKilled, attempt }: Extract<Cause, { kind: 'exit' }>): string {
  const how = oomKilled ? `out of memory (status ${code})` : `exited with status ${code}`;
  return attempt > 1 ? `${how}, failure ${attempt} in a row` : how;
}
