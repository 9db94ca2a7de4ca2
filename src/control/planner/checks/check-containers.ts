import { isLive } from '../container-condition.ts';
import { type CheckSubject, findObserved, findTarget, type PlanCheck, stepsOf } from './check-subject.ts';

/** Containers are made only of what is there, and removed only when they are the stack's own and nothing runs in them. */
export const checkContainers: PlanCheck = (subject) => [
  ...checkCreated(subject),
  ...checkRemoved(subject),
  ...checkForgotten(subject),
];

function checkCreated(subject: CheckSubject): readonly string[] {
  const { plan, input } = subject;
  return stepsOf(plan, 'createContainer').flatMap(({ target, args, after }) => {
    const found = findTarget(subject, args.container);
    if (found === undefined) return [`creates ${target}, which is not wanted`];
    const { manifest, networks } = found.service.spec;
    const pulled = stepsOf(plan, 'pullImage').find((step) => step.args.manifest === manifest);
    const findings: string[] = [];
    if (!input.observed.imagesReady.includes(manifest) && !after.includes(pulled?.id ?? ''))
      findings.push(`creates ${target} without its image`);
    for (const name of Object.values(networks)) {
      const made = stepsOf(plan, 'ensureNetwork').find((step) => step.args.definition.name === name);
      const isThere = input.observed.networks.some((network) => network.name === name);
      if (!isThere && !after.includes(made?.id ?? ''))
        findings.push(`creates ${target} without network ${name}`);
    }
    return findings;
  });
}

function checkRemoved(subject: CheckSubject): readonly string[] {
  const { plan } = subject;
  return stepsOf(plan, 'removeContainer').flatMap(({ target, args }) => {
    const container = findObserved(subject, args.container);
    if (container === undefined) return [`removes ${target}, which is not there`];
    if (container.spec.slot.stack !== plan.stack) return [`removes ${target} of another stack`];
    return isLive(container) ? [`removes ${target} while its task runs`] : [];
  });
}

function checkForgotten({ plan, input }: CheckSubject): readonly string[] {
  return stepsOf(plan, 'forgetStack').flatMap(({ after }) => {
    if (input.desired.wanted !== 'removed') return ['forgets a stack that is wanted'];
    const removed = stepsOf(plan, 'removeContainer').filter(({ id }) => after.includes(id));
    const own = input.observed.containers.filter(({ spec }) => spec.slot.stack === plan.stack);
    return removed.length < own.length ? ['forgets the stack before its containers are gone'] : [];
  });
}
