import { describeCause, describeStep } from '../../src/control/planner/describe-step.ts';
import { stepId } from '../../src/control/planner/plan-draft.ts';
import type { PlanInput } from '../../src/control/planner/plan-input.ts';
import { canonicalJson } from '../../src/model/canonical-json.ts';
import type { DesiredState } from '../../src/model/desired-state.ts';
import { slotName } from '../../src/model/identity.ts';
import type { Ledger } from '../../src/model/ledger.ts';
import type { ObservedContainer, ObservedState } from '../../src/model/observed-state.ts';
import type { Blocked, Plan, Step } from '../../src/model/plan.ts';
import { buildDesired, buildStack, type StackFields } from '../support/stack-builder.ts';
import {
  buildContainer,
  type ContainerChange,
  changeContainer,
  convergedWorld,
  emptyLedger,
  emptyObserved,
} from '../support/world-builder.ts';

/** A golden scenario as its YAML file has it (test/planner/README.md). */
export interface Scenario {
  readonly stack: StackFields;
  /** The stack that the world was brought to before; absent = `stack`, null = the node is empty. */
  readonly was?: StackFields | null;
  readonly wanted?: DesiredState['wanted'];
  /** What has happened to the world since. */
  readonly world?: Partial<Omit<ObservedState, 'containers'>> & {
    /** `web.1` -> changes, or `gone`. Former containers are meant where the slot has one. */
    readonly containers?: Readonly<Record<string, ContainerChange | 'gone'>>;
    /** Slots that have their wanted container as well, beside a former one. */
    readonly candidates?: Readonly<Record<string, ContainerChange>>;
    readonly withoutNetworks?: boolean;
    readonly withoutImages?: boolean;
  };
  readonly ledger?: Partial<Ledger>;
  readonly now?: number;
  readonly plan: readonly string[];
  readonly blocked?: readonly string[];
  readonly notes?: readonly string[];
  readonly recheckAt?: number;
  /** What the rounds after this one do in the model, one line each. */
  readonly later?: readonly string[];
}

/** `$web.1` in the ledger stands for the id of that slot's container, `#pullImage web:2` for the id of that step. */
export function buildInput(scenario: Scenario): PlanInput {
  const { stack, was = stack, wanted, world = {}, now = 100_000 } = scenario;
  const desired = buildDesired(buildStack('shop', stack), wanted === undefined ? {} : { wanted });
  const former = was === null ? undefined : buildDesired(buildStack('shop', was));
  const base =
    former === undefined ? { observed: emptyObserved(), ledger: emptyLedger() } : convergedWorld(former);
  const { containers = {}, candidates = {}, withoutNetworks, withoutImages, ...observed } = world;
  const kept = base.observed.containers.flatMap((container) =>
    changed(container, containers[slotName(container.spec.slot)]),
  );
  const added = Object.entries(candidates).map(([key, change]) => candidate(desired, key, change));
  const ready = former === undefined ? [] : [...Object.values(desired.images), ...base.observed.imagesReady];
  return {
    desired,
    observed: {
      ...base.observed,
      imagesReady: withoutImages ? [] : ready,
      ...(withoutNetworks ? { networks: [], endpoints: {} } : {}),
      ...observed,
      at: now,
      containers: [...kept, ...added],
    },
    ledger: withIds({ ...base.ledger, ...scenario.ledger }, desired, [...added, ...kept]),
    now,
  };
}

function changed(
  container: ObservedContainer,
  change: ContainerChange | 'gone' | undefined,
): readonly ObservedContainer[] {
  if (change === 'gone') return [];
  return [change === undefined ? container : changeContainer(container, change)];
}

function candidate(desired: DesiredState, key: string, change: ContainerChange): ObservedContainer {
  const [service = '', ordinal = '1'] = key.split('.');
  const { phase = 'created', ...rest } = change;
  return changeContainer(buildContainer(desired, service, Number(ordinal)), { phase, ...rest });
}

function withIds(ledger: Ledger, desired: DesiredState, containers: readonly ObservedContainer[]): Ledger {
  const pulls = JSON.stringify(ledger).replaceAll(/#pullImage ([^"]+)/g, (whole, reference: string) => {
    const manifest = desired.images[reference];
    return manifest === undefined ? whole : stepId('pullImage', reference, { reference, manifest });
  });
  const made = pulls.replaceAll(/#ensureNetwork (\S+?)(?=")/g, (_, name: string) => {
    const definition = Object.values(desired.stack.networks).find((network) => network.name === name);
    return stepId('ensureNetwork', name, { definition, subnet: '10.201.0.0/24' });
  });
  const text = made.replaceAll(/\$([a-z0-9_-]+\.\d+)/g, (whole, key: string) => {
    const found = containers.find(({ spec }) => slotName(spec.slot) === key);
    return found?.spec.id ?? whole;
  });
  return JSON.parse(text) as Ledger;
}

/** `3 start web.1 (task 1), after 1 2: no container`; `former` marks containers that are not the slot's wanted one. */
export function describePlan({ steps }: Plan, input: PlanInput): readonly string[] {
  const numbers = new Map(steps.map(({ id }, index) => [id, index + 1]));
  return steps.map((step) => {
    const after = step.after.map((id) => numbers.get(id) ?? 0).sort((a, b) => a - b);
    const causes = step.causes.map(describeCause).join(', ');
    const order = after.length === 0 ? '' : `, after ${after.join(' ')}`;
    return `${numbers.get(step.id)} ${describeStep(step)}${formerMark(step, input)}${order}: ${causes}`;
  });
}

function formerMark(step: Step, { desired, observed }: PlanInput): string {
  if (step.kind !== 'stopTask' && step.kind !== 'removeContainer') return '';
  const container = observed.containers.find(({ spec }) => spec.id === step.args.container);
  const service = container === undefined ? undefined : desired.stack.services[container.spec.slot.service];
  if (container === undefined || service === undefined) return '';
  if (container.spec.slot.ordinal > service.replicas) return '';
  const { service: name, ordinal } = container.spec.slot;
  return buildContainer(desired, name, ordinal).spec.id === container.spec.id ? '' : ' [former]';
}

export function describeBlocked({ target, kind, code, reason, until }: Blocked): string {
  const words = [target, kind, ...(code === undefined ? [] : [`(${code})`])].join(' ');
  return `${words}: ${reason}${until === undefined ? '' : `, until ${until}`}`;
}

/** One line for each later round: its steps, or the time it waits for. */
export function describeRounds(plans: readonly Plan[]): readonly string[] {
  return plans.map(({ steps, recheckAt }) =>
    steps.length > 0 ? steps.map(describeStep).join('; ') : `wait until ${recheckAt}`,
  );
}

/** The same world in another order. */
export function shuffled(input: PlanInput): PlanInput {
  const { observed, ledger } = input;
  return {
    ...input,
    observed: {
      ...observed,
      containers: [...observed.containers].reverse(),
      networks: [...observed.networks].reverse(),
      volumes: [...observed.volumes].reverse(),
      endpoints: Object.fromEntries(Object.entries(observed.endpoints).reverse()),
    },
    ledger: { ...ledger, failures: [...ledger.failures].reverse(), holds: [...ledger.holds].reverse() },
  };
}

export function bytesOf(plan: Plan): string {
  return canonicalJson({ ...plan, basis: { ...plan.basis, observed: '' } });
}
