import type { PlanInput } from '../../src/control/planner/plan-input.ts';
import { planStack } from '../../src/control/planner/plan-stack.ts';
import { simulate } from '../../src/control/planner/simulate.ts';
import { containerSpec, serviceSpec } from '../../src/model/container-spec.ts';
import type { DesiredState } from '../../src/model/desired-state.ts';
import type { Ledger } from '../../src/model/ledger.ts';
import type { ExitRecord, ObservedContainer, ObservedState } from '../../src/model/observed-state.ts';

export const bootId = 'boot-1';

export function emptyObserved(fields: Partial<ObservedState> = {}): ObservedState {
  return {
    at: 0,
    bootId,
    containers: [],
    networks: [],
    volumes: [],
    imagesReady: [],
    imagesRefused: [],
    endpoints: {},
    portConflicts: [],
    takenSubnets: [],
    ...fields,
  };
}

export function emptyLedger(fields: Partial<Ledger> = {}): Ledger {
  return {
    sequence: 0,
    holds: [],
    backoffs: [],
    failures: [],
    memos: [],
    renewals: {},
    subnets: {},
    nonces: {},
    tagKey: 'tag key of the tests',
    ...fields,
  };
}

/** Everything as `desired` has it: what a first apply comes to in the model, with all tasks started at time 0. */
export function convergedWorld(desired: DesiredState): Pick<PlanInput, 'observed' | 'ledger'> {
  let input: PlanInput = { desired, observed: emptyObserved(), ledger: emptyLedger(), now: 0 };
  for (let rounds = 0; rounds < 50; rounds += 1) {
    const plan = planStack(input);
    if (plan.steps.length === 0) break;
    input = { ...simulate(input, plan), now: 0 };
  }
  return { observed: { ...input.observed, at: 0 }, ledger: input.ledger };
}

/** What a test changes of one container; `slot` is `web.1`. */
export interface ContainerChange extends Partial<Omit<ObservedContainer, 'spec' | 'exit'>> {
  readonly exit?: Partial<ExitRecord>;
}

export function changeContainer(
  container: ObservedContainer,
  { exit, ...change }: ContainerChange,
): ObservedContainer {
  const task = change.task ?? container.task ?? { number: 1, startedAt: 0 };
  const { exit: _, ...kept } = container;
  const record: ExitRecord = {
    task: task.number,
    startedAt: task.startedAt,
    exitedAt: task.startedAt,
    code: 0,
    oomKilled: false,
    reason: 'exited',
    ...exit,
  };
  return { ...kept, ...change, ...(exit === undefined ? {} : { exit: record }) };
}

/** A container of the slot as `desired` defines it, with nothing of it there yet. */
export function buildContainer(desired: DesiredState, service: string, ordinal: number): ObservedContainer {
  const definition = desired.stack.services[service];
  const manifest = definition === undefined ? undefined : desired.images[definition.image];
  if (definition === undefined || manifest === undefined) throw new Error(`no service ${service}`);
  const slot = { stack: desired.stack.name, service, ordinal };
  const spec = containerSpec(serviceSpec(desired.stack, definition, manifest), slot, 0);
  return { spec, phase: 'partial', health: 'none', addresses: {} };
}
