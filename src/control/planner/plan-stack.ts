import { createHash } from 'node:crypto';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Digest } from '../../model/digest.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import type { Blocked, Plan } from '../../model/plan.ts';
import { planClearAway } from './clear-away.ts';
import { matchContainers } from './match-containers.ts';
import { planNetworks } from './networks.ts';
import { findObstacles } from './obstacles.ts';
import { PlanDraft } from './plan-draft.ts';
import type { PlanInput } from './plan-input.ts';
import type { Planning } from './planning.ts';
import { planServices } from './services.ts';
import { failureGate } from './step-failures.ts';
import { orderSteps } from './step-order.ts';
import { planStops } from './stops.ts';
import { planTakeDown } from './take-down.ts';
import { planTraffic } from './traffic.ts';
import { planVolumes } from './volumes.ts';

/**
 * What has to be done, and what cannot be done yet, to bring what is there to what is wanted. Pure: the same input gives the
 * same bytes. An empty plan without anything blocked means that both agree.
 */
export function planStack(input: PlanInput): Plan {
  const planning = begin(input);
  planVolumes(planning);
  planNetworks(planning);
  findObstacles(planning);
  planTakeDown(planning);
  planServices(planning);
  planTraffic(planning);
  planStops(planning);
  planClearAway(planning);
  return finish(planning);
}

function begin(input: PlanInput): Planning {
  return {
    input,
    view: matchContainers(input),
    draft: new PlanDraft(failureGate(input)),
    obstacles: new Map(),
    outdatedNetworks: new Set(),
    departures: new Map(),
    removals: new Map(),
    starts: new Map(),
  };
}

function finish({ input, draft }: Planning): Plan {
  const { desired, observed, ledger, now } = input;
  const steps = orderSteps(draft.admittedSteps());
  const blocked = [...draft.blocked].sort(byTarget);
  const times = blocked.flatMap(({ until }) => (until === undefined || until <= now ? [] : [until]));
  return {
    stack: desired.stack.name,
    basis: {
      revision: desired.revision.digest,
      observed: observedDigest(observed),
      ledgerSequence: ledger.sequence,
    },
    steps,
    blocked,
    notes: draft.notes,
    ...(times.length === 0 ? {} : { recheckAt: Math.min(...times) }),
  };
}

function byTarget(a: Blocked, b: Blocked): number {
  const [one, other] = [a, b].map(({ service, target, reason }) => canonicalJson([service, target, reason]));
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** Over what the planner looks at; specs count by their hashes, times of the look itself not at all. */
function observedDigest({ at: _, containers, ...rest }: ObservedState): Digest {
  const seen = containers.map(
    ({ spec, lastProbeOutput: _output, probes: _probes, logBlocked: _trouble, ...facts }) => ({
      ...facts,
      spec: [spec.id, spec.hashes],
    }),
  );
  seen.sort((a, b) => ((a.spec[0] ?? '') < (b.spec[0] ?? '') ? -1 : 1));
  const text = canonicalJson({ ...rest, containers: seen });
  return `sha256:${createHash('sha256').update(text).digest('hex')}` as Digest;
}
