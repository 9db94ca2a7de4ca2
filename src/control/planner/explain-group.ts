import type { Blocked, Cause, Impact, Note, Step } from '../../model/plan.ts';
import type { Service } from '../../model/stack.ts';
import { describeCause } from './describe-step.ts';

/** All that a plan, and the rounds after it, say of one service. */
export interface ChangeGroup {
  readonly service: string;
  /** Absent: the service leaves the stack. */
  readonly definition: Service | undefined;
  readonly steps: readonly Step[];
  readonly blocked: readonly Blocked[];
  readonly notes: readonly Note[];
}

/** Weakest first: a group is what its strongest step is. */
const impacts: readonly Impact[] = ['none', 'live', 'restart', 'remove', 'create', 'recreate'];

const symbols: Readonly<Record<Impact, string>> = {
  none: ' ',
  live: '~',
  restart: '⟳',
  remove: '-',
  create: '+',
  recreate: '±',
};

const nameWidth = 12;
const impactWidth = 9;
const indent = ' '.repeat(4 + nameWidth + 1 + impactWidth + 1);

/** `  ± web          recreate  image web:1 -> web:2`, and one more line for each further thing to tell. */
export function explainGroup(group: ChangeGroup): string {
  const { service, steps, blocked, notes } = group;
  const impact = strongest(steps);
  const isStuck = blocked.some(({ kind }) => kind === 'stuck');
  const symbol = isStuck || steps.length === 0 ? '!' : symbols[impact];
  const word = steps.length === 0 ? 'blocked' : impact === 'none' ? 'remember' : impact;
  const details = [
    ...new Set([
      ...describeCauses(steps.filter((step) => step.impact === impact && step.kind !== 'switchEndpoints')),
      ...describeCauses(steps.filter((step) => step.kind === 'updateContainer')),
    ]),
    ...(steps.length === 0 ? [] : describeExtent(group, impact)),
    ...notes.map(({ text }) => text),
    ...blocked.flatMap(explainBlocked),
  ];
  const [first = 'names and ports', ...more] = details;
  const head = `  ${symbol} ${service.padEnd(nameWidth)} ${word.padEnd(impactWidth)} ${first}`;
  return [head, ...more.map((line) => `${indent}${line}`)].join('\n');
}

function strongest(steps: readonly Step[]): Impact {
  const found = steps.map(({ impact }) => impacts.indexOf(impact));
  return impacts[Math.max(0, ...found)] ?? 'none';
}

/** Why each slot is touched at all; fields before everything else, the same cause of several slots once. */
function describeCauses(steps: readonly Step[]): readonly string[] {
  const first = new Map([...steps].reverse().map((step) => [step.target, step]));
  const causes = [...first.values()].reverse().flatMap((step) => step.causes);
  const isField = (cause: Cause) => cause.kind === 'field';
  const told = causes.some(isField) ? causes.filter(isField) : causes;
  return [...new Set(told.map(describeCause))];
}

/** `3 slots, 2 at a time, stop-first` */
function describeExtent({ steps, definition }: ChangeGroup, impact: Impact): readonly string[] {
  const slots = new Set(steps.filter((step) => step.impact === impact).map(({ target }) => target)).size;
  const isUpdate = impact === 'recreate' || impact === 'restart';
  if (slots <= 1 && !isUpdate) return [];
  const words = [`${slots} ${slots === 1 ? 'slot' : 'slots'}`];
  if (isUpdate && definition !== undefined) {
    const { parallelism, order } = definition.update;
    if (slots > 1 && parallelism > 0 && parallelism < slots) words.push(`${parallelism} at a time`);
    if (impact === 'recreate') words.push(order);
  }
  return [words.join(', ')];
}

function explainBlocked({ target, service, reason, hint, code }: Blocked): readonly string[] {
  const subject = target === service ? '' : `${target} `;
  const text = `${subject}${reason}${code === undefined ? '' : ` [${code}]`}`;
  return hint === undefined ? [text] : [text, `hint: ${hint}`];
}
