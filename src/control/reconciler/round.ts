import { TsorchError } from '../../lib/errors.ts';
import type { DesiredState } from '../../model/desired-state.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import type { Plan } from '../../model/plan.ts';
import type { StackStore } from '../../state/stack-store.ts';
import { checkPlan } from '../planner/check-plan.ts';
import type { PlanInput } from '../planner/plan-input.ts';
import { planStack } from '../planner/plan-stack.ts';
import { executePlan } from './execute-plan.ts';
import { observe } from './observe.ts';
import { type RecordParts, RoundRecord } from './round-record.ts';
import type { Engine, StepContext } from './step-handler.ts';
import type { StepLimits } from './step-limits.ts';
import { runStep } from './steps/run-step.ts';
import type { RoundResult } from './trace.ts';

export interface RoundParts extends RecordParts {
  readonly engine: Engine;
  readonly stacks: StackStore;
  readonly bootId: string;
}

export interface RoundOptions {
  readonly round: number;
  readonly reasons: readonly string[];
  readonly limits: StepLimits;
  readonly signal: AbortSignal;
}

/**
 * One round of one stack: look, plan, act, journal. Never rejects.
 *
 * @returns undefined for a stack that is not known (any more)
 */
export async function runRound(
  stack: string,
  parts: RoundParts,
  options: RoundOptions,
): Promise<RoundResult | undefined> {
  const desired = parts.stacks.find(stack);
  if (desired === undefined) return undefined;
  const { round, reasons, signal } = options;
  parts.onTrace({ kind: 'round-begins', stack, round, reasons });
  const result = await lookPlanAct(desired, parts, options).catch(
    (error: unknown): RoundResult => (signal.aborted ? { kind: 'aborted' } : { kind: 'failed', error }),
  );
  parts.onTrace({ kind: 'round-ends', stack, round, result });
  return result;
}

async function lookPlanAct(
  desired: DesiredState,
  parts: RoundParts,
  { round, limits, signal }: RoundOptions,
): Promise<RoundResult> {
  const { onTrace, clock, engine, bootId, ledger, stacks } = parts;
  const { name: stack } = desired.stack;
  const observed = await observe(desired, engine, { now: clock.now(), bootId, signal });
  onTrace({ kind: 'observed', stack, round, observed });
  const input = inputNow(desired, observed, parts);
  if (input === undefined || signal.aborted) return { kind: 'aborted' };
  const plan = soundPlan(input);
  onTrace({ kind: 'planned', stack, round, plan });
  const context: StepContext = { desired, engine, ledger, stacks, signal };
  const record = new RoundRecord(parts, { stack, round, failures: input.ledger.failures });
  await executePlan(plan, {
    signal,
    run: (step) =>
      limits.run(step.kind, async () => {
        signal.throwIfAborted();
        record.begin(step);
        await runStep(step, context);
      }),
    onTurn: (ended, beginning) => record.turn(ended, beginning),
  });
  return signal.aborted ? { kind: 'aborted' } : { kind: 'settled', plan, executed: record.begun };
}

/**
 * Reads the ledger after the look and without a pause before the first steps begin, so that what two stacks lease at the same
 * time is seen by the second one. Undefined when something else is wanted by now.
 */
function inputNow(
  desired: DesiredState,
  observed: ObservedState,
  { stacks, ledger, clock }: RoundParts,
): PlanInput | undefined {
  const { name } = desired.stack;
  const wanted = stacks.find(name);
  const remembered = ledger.read(name);
  const isSame = wanted?.revision.digest === desired.revision.digest && wanted.wanted === desired.wanted;
  if (!isSame || remembered === undefined) return undefined;
  return { desired, observed, ledger: remembered, now: clock.now() };
}

/** Better nothing is done than something that no plan may contain. */
function soundPlan(input: PlanInput): Plan {
  const plan = planStack(input);
  const findings = checkPlan(plan, input);
  if (findings.length === 0) return plan;
  throw new TsorchError<ErrorCode>('internal.bug', `the plan is not sound: ${findings.join('; ')}`, {
    object: plan.stack,
  });
}
