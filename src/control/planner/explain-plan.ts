import type { Blocked, Plan, Step } from '../../model/plan.ts';
import { dependencyOrder } from './dependency-order.ts';
import { describeStep } from './describe-step.ts';
import { type ChangeGroup, explainGroup } from './explain-group.ts';
import type { PlanInput } from './plan-input.ts';
import { forecast } from './simulate.ts';

const longestRoad = 60;

/**
 * The plan as people read it: one group for what the stack shares, one for each service in order of dependency, with symbol,
 * causes, and what it waits for. The whole road is told, with rounds after this one as the model foresees them.
 */
export function explainPlan({ plan, ...world }: Omit<PlanInput, 'now'> & { readonly plan: Plan }): string {
  const { desired, observed } = world;
  const { name } = desired.stack;
  const title =
    desired.wanted === 'removed' ? `${name}: delete` : `${name}: revision ${desired.revision.number}`;
  if (plan.steps.length === 0 && plan.blocked.length === 0) return `${title}, nothing to do\n`;
  const road = forecast({ ...world, now: observed.at }, { maxRounds: longestRoad });
  const steps = [plan, ...road.slice(1)].flatMap((round) => round.steps);
  const groups = serviceNames(world, plan, steps).map((service): ChangeGroup => {
    const own = <Of extends { readonly service?: string }>(of: Of) => of.service === service;
    return {
      service,
      definition: desired.stack.services[service],
      steps: steps.filter((step) => own(step) && step.kind !== 'pullImage'),
      blocked: plan.blocked.filter(own),
      notes: plan.notes.filter(own),
    };
  });
  const sections = [explainShared(steps, plan), ...groups.map(explainGroup)].filter(
    (section) => section !== '',
  );
  return `${title}${summary(groups, plan.blocked)}\n\n${sections.join('\n')}\n`;
}

/** Services with something to tell: those of the stack in order of dependency, then those that leave it. */
function serviceNames(
  { desired }: Pick<PlanInput, 'desired'>,
  { blocked }: Plan,
  steps: readonly Step[],
): readonly string[] {
  const told = new Set([...steps, ...blocked].flatMap(({ service }) => (service ? [service] : [])));
  const ordered = dependencyOrder(desired.stack.services);
  const others = [...told].filter((name) => !ordered.includes(name)).sort();
  return [...ordered.filter((name) => told.has(name)), ...others];
}

function summary(groups: readonly ChangeGroup[], blocked: readonly Blocked[]): string {
  const changes = groups.filter(({ steps }) => steps.length > 0).length;
  const stuck = new Set(blocked.filter(({ kind }) => kind === 'stuck').map(({ service }) => service)).size;
  const words = [
    changes === 0 ? '' : `${changes} ${changes === 1 ? 'service changes' : 'services change'}`,
    stuck === 0 ? '' : `${stuck} cannot go on`,
  ].filter((text) => text !== '');
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}

/** Networks, volumes and images, which belong to no service alone. */
function explainShared(steps: readonly Step[], { blocked }: Plan): string {
  const symbols = { ensureNetwork: '+', ensureVolume: '+', pullImage: '+', removeNetwork: '-' } as const;
  const lines = steps.flatMap((step) =>
    step.kind in symbols ? [`  ${symbols[step.kind as keyof typeof symbols]} ${describeStep(step)}`] : [],
  );
  const waiting = blocked.filter(({ service }) => service === '');
  return [...new Set([...lines, ...waiting.map(({ target, reason }) => `  ! ${target} ${reason}`)])].join(
    '\n',
  );
}
