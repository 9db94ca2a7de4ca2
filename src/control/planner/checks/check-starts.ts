import type { StepOf } from '../../../model/plan.ts';
import type { Dependency } from '../../../model/stack.ts';
import { hasSucceeded, isLive, isReady, wasStarted } from '../container-condition.ts';
import type { ServiceView, SlotView } from '../match-containers.ts';
import { containersOf } from '../planning.ts';
import { type CheckSubject, type PlanCheck, stepsOf } from './check-subject.ts';

type Start = StepOf<'startTask'>;

/** Nothing starts that is held, in backoff, ahead of what it depends on, or beside what it must not meet. */
export const checkStarts: PlanCheck = (subject) =>
  stepsOf(subject.plan, 'startTask').flatMap((start) => {
    const found = subject.targets.get(start.args.container);
    if (found === undefined) return [`starts ${start.target}, which is not wanted`];
    return [
      ...checkPermission(subject, start, found.slot),
      ...checkTrust(subject, start, found.service),
      ...checkContainer(subject, start, found.slot),
      ...checkCompany(start, found.service, found.slot),
      ...found.service.service.dependsOn.flatMap((edge) => checkEdge(subject, start, edge)),
    ];
  });

function checkPermission(
  { input }: CheckSubject,
  { target, args }: Start,
  slot: SlotView,
): readonly string[] {
  const findings: string[] = [];
  if (slot.held !== undefined) findings.push(`starts ${target}, which is held`);
  const { backoff } = slot;
  const isDue = backoff === undefined || backoff.notBefore <= input.now || args.task <= backoff.task;
  const isRenewed = slot.renewal >= (slot.current?.task?.number ?? 0);
  if (!isDue && !isRenewed) findings.push(`starts ${target} before its backoff is over`);
  return findings;
}

function checkTrust({ input }: CheckSubject, { target }: Start, { service }: ServiceView): readonly string[] {
  const isRefused = input.observed.imagesRefused.some(({ reference }) => reference === service.image);
  return isRefused ? [`starts ${target}, whose image is not trusted`] : [];
}

function checkContainer(
  { creations }: CheckSubject,
  { target, args, after }: Start,
  slot: SlotView,
): readonly string[] {
  const { current } = slot;
  const findings: string[] = [];
  if (current !== undefined && isLive(current)) findings.push(`starts ${target}, whose task runs`);
  if (args.task <= (current?.task?.number ?? 0)) findings.push(`starts a task of ${target} that has been`);
  const isThere = current !== undefined && current.phase !== 'partial';
  const created = creations.get(args.container);
  if (!isThere && (created === undefined || !after.includes(created)))
    findings.push(`starts ${target} without a container`);
  return findings;
}

function checkCompany({ target }: Start, { service }: ServiceView, slot: SlotView): readonly string[] {
  const isExclusive =
    service.update.order === 'stop-first' ||
    service.network.kind === 'host' ||
    (service.network.kind === 'networks' && service.network.attachments.some((entry) => entry.ipv4Address));
  return isExclusive && slot.others.some(isLive) ? [`starts ${target} beside its old task`] : [];
}

function checkEdge(subject: CheckSubject, { target, after }: Start, edge: Dependency): readonly string[] {
  const dependency = subject.view.byName.get(edge.service);
  if (dependency === undefined)
    return edge.required ? [`starts ${target} without ${edge.service}, which it depends on`] : [];
  return isSatisfied(subject, dependency, { edge, after })
    ? []
    : [`starts ${target} before ${edge.service} fulfils ${edge.condition}`];
}

function isSatisfied(
  { plan }: CheckSubject,
  { slots, isDone }: ServiceView,
  { edge, after }: { readonly edge: Dependency; readonly after: readonly string[] },
): boolean {
  switch (edge.condition) {
    case 'service_completed_successfully':
      return (
        isDone ||
        slots.every(({ current, renewal }) => current !== undefined && hasSucceeded(current, renewal))
      );
    case 'service_healthy':
      return slots.every(
        (slot) => slot.held === undefined && containersOf(slot).some((container) => isReady(container)),
      );
    case 'service_started':
      if (isDone) return true;
      return slots.every(
        (slot) =>
          (slot.held === undefined && containersOf(slot).some((container) => wasStarted(container))) ||
          stepsOf(plan, 'startTask').some(({ id, target }) => target === slot.key && after.includes(id)),
      );
  }
}
