import type { Blocked } from '../../model/plan.ts';
import type { PublishedPort } from '../../model/stack.ts';
import type { ContainerStatus, ServiceStatus, StackState, StackStatus } from '../../model/status.ts';
import { paint } from './console.ts';
import { formatDuration } from './format.ts';
import { formatTable } from './table.ts';

/** `tsorch ps`: a line for each container, and below it what each stack waits for. */
export function formatStatuses(stacks: readonly StackStatus[], now: number): string {
  const head = ['STACK', 'SERVICE', 'READY', 'CONTAINER', 'STATE', 'FOR', 'ADDRESS', 'PORTS'];
  const rows = stacks.flatMap((stack) =>
    stack.services.flatMap((service) => serviceRows(stack, service, now)),
  );
  const empty = stacks.filter(({ services }) => services.length === 0).map(({ stack }) => [stack, '-']);
  const waits = stacks.flatMap(describeBlocked);
  return [formatTable([head, ...rows, ...empty]), ...waits].join('\n');
}

function serviceRows({ stack }: StackStatus, service: ServiceStatus, now: number): string[][] {
  const ready = readyColumn(service);
  const ports = service.ports.map(formatPort).join(' ');
  if (service.containers.length === 0) return [[stack, service.name, ready, '-', '-', '-', '-', ports]];
  return service.containers.map((container) => [
    stack,
    service.name,
    ready,
    container.slot,
    describeState(container),
    formatAge(container, now),
    Object.values(container.addresses)[0]?.[0] ?? '-',
    ports,
  ]);
}

function readyColumn({ done, held, ready, desired }: ServiceStatus): string {
  if (done) return 'done';
  return held === undefined ? `${ready}/${desired}` : 'held';
}

function describeState({ phase, health, exit, outdated, task }: ContainerStatus): string {
  const parts: string[] = [phase];
  if (phase === 'exited' && exit !== undefined)
    parts[0] = exit.oomKilled ? 'out of memory' : `exited ${exit.code}`;
  if (phase === 'running' && health !== 'none') parts.push(health);
  if (outdated) parts.push('leaving');
  if (task !== undefined && task.number > 1) parts.push(`task ${task.number}`);
  return parts.join(', ');
}

function formatAge({ phase, exit, task }: ContainerStatus, now: number): string {
  const since = phase === 'exited' ? exit?.exitedAt : task?.startedAt;
  return since === undefined ? '-' : formatDuration(Math.max(0, now - since));
}

export function formatPort({ protocol, hostAddress, hostPort, containerPort }: PublishedPort): string {
  const address =
    hostAddress === undefined ? '' : `${hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress}:`;
  return `${address}${hostPort}->${containerPort}/${protocol}`;
}

/** One line for each thing that cannot go on, with its hint. */
export function describeBlocked({ stack, services, blocked }: StackStatus): string[] {
  const all = [...blocked, ...services.flatMap((service) => service.blocked)];
  return all.map((entry) => describeEntry(stack, entry));
}

function describeEntry(stack: string, { target, kind, code, reason, hint }: Blocked): string {
  const mark = kind === 'stuck' ? paint.red('!') : paint.yellow('…');
  const subject = target === '' ? stack : `${stack}/${target}`;
  const advice = hint === undefined ? '' : `\n    hint: ${hint}`;
  return `  ${mark} ${subject} ${code === undefined || kind === 'wait' ? '' : `[${code}] `}${reason}${advice}`;
}

/** One line for the terminal while waiting: `shop: web 1/2, db ready; web.2 waits for db to be healthy`. */
export function summarize({ stack, services, blocked }: StackStatus): string {
  const open = services.filter(({ ready, desired, done }) => !done && ready !== desired);
  const counts = open.map(({ name, ready, desired }) => `${name} ${ready}/${desired}`);
  const [wait] = [...blocked, ...services.flatMap((service) => service.blocked)];
  const text = counts.length === 0 ? 'settling' : counts.join(', ');
  return `${stack}: ${text}${wait === undefined ? '' : `; ${wait.target || stack} ${wait.reason}`}`;
}

const stateWords: Readonly<Record<StackState, string>> = {
  converged: 'is as declared',
  progressing: 'is being worked on',
  failed: 'cannot go on',
  stopped: 'is stopped',
  removed: 'is gone',
};

/** One line for the whole stack, and one for each service that an operator has stopped: applying does not start it. */
export function describeStackState(stack: string, status: StackStatus | undefined): string {
  const held = (status?.services ?? []).filter((service) => service.held !== undefined);
  const lines = held.map(
    ({ name, held: why }) => `  ${name} is ${why}; \`tsorch start ${stack} ${name}\` starts it`,
  );
  const shown = status?.wanted === 'stopped' ? [] : lines;
  return [`${stack} ${stateWords[status?.state ?? 'removed']}`, ...shown].join('\n');
}
