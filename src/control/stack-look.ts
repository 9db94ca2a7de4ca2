import { createHash, randomBytes } from 'node:crypto';
import type { CallOptions } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { canonicalHash, canonicalJson } from '../model/canonical-json.ts';
import type { DesiredState } from '../model/desired-state.ts';
import type { Digest } from '../model/digest.ts';
import type { Ledger } from '../model/ledger.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { Plan } from '../model/plan.ts';
import type { Stack } from '../model/stack.ts';
import type { LedgerStore } from '../state/ledger-store.ts';
import type { StackStore } from '../state/stack-store.ts';
import { planStack } from './planner/plan-stack.ts';
import { preflight } from './preflight.ts';
import { observe } from './reconciler/observe.ts';
import type { Engine } from './reconciler/step-handler.ts';

export interface LookParts {
  readonly engine: Engine;
  readonly stacks: StackStore;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly bootId: string;
}

/** A plan with all that it was made of. */
export interface PlannedStack {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly ledger: Ledger;
}

/** What the next round of a known stack would do: the reconciler's own function on a look of its own. */
export async function lookAt(
  desired: DesiredState,
  parts: LookParts,
  options: CallOptions,
): Promise<PlannedStack> {
  const ledger = parts.ledger.read(desired.stack.name) ?? unknownLedger(parts.ledger);
  return planFor(desired, ledger, { parts, options });
}

/**
 * What applying a stack would do, once the whole of it was checked against the node.
 *
 * @throws TsorchError as `preflight`
 */
export async function propose(stack: Stack, parts: LookParts, options: CallOptions): Promise<PlannedStack> {
  const images = await preflight(stack, parts.engine, options);
  const present = parts.stacks.find(stack.name);
  const digest = revisionDigest(stack, images);
  const number = (present?.revision.number ?? 0) + (present?.revision.digest === digest ? 0 : 1);
  const remembered = parts.ledger.read(stack.name) ?? unknownLedger(parts.ledger);
  const changed = changedServices(present?.stack, stack);
  const holds = remembered.holds.filter(({ key }) => !changed.includes(serviceOf(key)));
  const desired: DesiredState = { stack, images, wanted: 'running', revision: { number, digest } };
  return planFor(desired, { ...remembered, failures: [], holds }, { parts, options });
}

/** Services of `after` that `before` had not, or had otherwise: an operator's hold on them ends with an apply. */
export function changedServices(before: Stack | undefined, after: Stack): readonly string[] {
  return Object.entries(after.services)
    .filter(([name, service]) => canonicalHash(service) !== canonicalHash(before?.services[name] ?? null))
    .map(([name]) => name);
}

async function planFor(
  desired: DesiredState,
  ledger: Ledger,
  { parts, options }: { readonly parts: LookParts; readonly options: CallOptions },
): Promise<PlannedStack> {
  const { engine, clock, bootId } = parts;
  const observed = await observe(desired, engine, { ...options, now: clock.now(), bootId });
  return { plan: planStack({ desired, observed, ledger, now: clock.now() }), desired, observed, ledger };
}

/** `web.2` -> `web` */
function serviceOf(key: string): string {
  return key.split('.')[0] ?? key;
}

function revisionDigest(stack: Stack, images: Readonly<Record<string, Digest>>): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson({ stack, images })).digest('hex')}` as Digest;
}

function unknownLedger(store: LedgerStore): Ledger {
  return {
    sequence: 0,
    holds: [],
    backoffs: [],
    failures: [],
    memos: [],
    renewals: {},
    nonces: {},
    subnets: store.subnets(),
    tagKey: randomBytes(16).toString('hex'),
  };
}
