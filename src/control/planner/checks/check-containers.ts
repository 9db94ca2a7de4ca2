import { isLive } from '../container-condition.ts';
import { type CheckSubject, type PlanCheck, stepsOf } from './check-subject.ts';

/** Containers are made only of what is there, and removed only when they are the stack's own and nothing runs in them. */
export const checkContainers: PlanCheck = (subject) => [
  ...checkCreated(subject),
  ...checkRemoved(subject),
  ...checkForgotten(subject),
];

function checkCreated(subject: CheckSubject): readonly string[] {
  const { plan, input } = subject;
  const pulls = new Map<string, string>(
    stepsOf(plan, 'pullImage').map(({ id, args }) => [args.manifest, id]),
  );
  const made = new Map(stepsOf(plan, 'ensureNetwork').map(({ id, target }) => [target, id]));
  const present = new Set(input.observed.networks.map(({ name }) => name));
  return stepsOf(plan, 'createContainer').flatMap(({ target, args, after }) => {
    const found = subject.targets.get(args.container);
    if (found === undefined) return [`creates ${target}, which is not wanted`];
    const { manifest, networks } = found.service.spec;
    const findings: string[] = [];
    if (!input.observed.imagesReady.includes(manifest) && !after.includes(pulls.get(manifest) ?? ''))
      findings.push(`creates ${target} without its image`);
    for (const name of Object.values(networks)) {
      if (!present.has(name) && !after.includes(made.get(name) ?? ''))
        findings.push(`creates ${target} without network ${name}`);
    }
    return findings;
  });
}

function checkRemoved(subject: CheckSubject): readonly string[] {
  const { plan } = subject;
  return stepsOf(plan, 'removeContainer').flatMap(({ target, args }) => {
    const container = subject.observed.get(args.container);
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
