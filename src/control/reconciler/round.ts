import type { Clock } from '../../lib/clock.ts';
import { TsorchError } from '../../lib/errors.ts';
import { isErrorCode } from '../../model/error-code.ts';
import type { Ledger, StepFailure } from '../../model/ledger.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { JournalStore } from '../../state/journal-store.ts';
import type { LedgerStore } from '../../state/ledger-store.ts';
import type { StackStore } from '../../state/stack-store.ts';
import { planStack } from '../planner/plan-stack.ts';
import { executePlan } from './execute-plan.ts';
import { observe } from './observe.ts';
import type { Engine, StepContext } from './step-handler.ts';
import { runStep } from './steps/run-step.ts';
import type { RoundResult, StepOutcome, TraceListener } from './trace.ts';

export interface RoundParts {
  readonly engine: Engine;
  readonly stacks: StackStore;
  readonly ledger: LedgerStore;
  readonly journal: JournalStore;
  readonly clock: Clock;
  readonly bootId: string;
  readonly onTrace: TraceListener;
  /** Steps at a time. */
  readonly concurrency: number;
}

export interface RoundOptions {
  readonly round: number;
  readonly reasons: readonly string[];
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
  const ledger = parts.ledger.read(stack);
  if (desired === undefined || ledger === undefined) return undefined;
  const { round, reasons, signal } = options;
  const { onTrace, clock, engine, bootId } = parts;
  onTrace({ kind: 'round-begins', stack, round, reasons });
  const end = (result: RoundResult): RoundResult => {
    onTrace({ kind: 'round-ends', stack, round, result });
    return result;
  };
  try {
    const observed = await observe(desired, engine, { now: clock.now(), bootId, signal });
    onTrace({ kind: 'observed', stack, round, observed });
    const plan = planStack({ desired, observed, ledger, now: clock.now() });
    onTrace({ kind: 'planned', stack, round, plan });
    const context = { desired, engine, ledger: parts.ledger, stacks: parts.stacks, signal };
    const executed = await execute(plan, parts, { round, context, ledger });
    return end(signal.aborted ? { kind: 'aborted' } : { kind: 'settled', plan, executed });
  } catch (error) {
    return end(signal.aborted ? { kind: 'aborted' } : { kind: 'failed', error });
  }
}

interface Execution {
  readonly round: number;
  readonly context: StepContext;
  readonly ledger: Ledger;
}

/** @returns the number of steps that were begun */
async function execute(
  plan: Plan,
  parts: RoundParts,
  { round, context, ledger }: Execution,
): Promise<number> {
  const { stack } = plan;
  const { clock, journal, onTrace } = parts;
  const begun = new Map<string, { readonly seq: number; readonly at: number }>();
  await executePlan(plan, {
    signal: context.signal,
    concurrency: parts.concurrency,
    run: (step) => runStep(step, context),
    onBegin: (steps) => {
      const at = clock.now();
      const seqs = journal.begin({ stack, round, at }, steps);
      for (const [index, step] of steps.entries()) {
        begun.set(step.id, { seq: seqs[index] ?? 0, at });
        onTrace({ kind: 'step-begins', stack, round, step });
      }
    },
    onEnd: (step, outcome) => {
      const intent = begun.get(step.id);
      const at = clock.now();
      if (intent !== undefined) journal.end(intent.seq, { at, text: outcomeText(outcome) });
      rememberFailure(step, outcome, { ledger, store: parts.ledger, stack, at });
      onTrace({ kind: 'step-ends', stack, round, step, outcome, durationMs: at - (intent?.at ?? at) });
    },
  });
  return begun.size;
}

function outcomeText(outcome: StepOutcome): string {
  return outcome.kind === 'failed' ? `failed: ${String(outcome.error)}` : outcome.kind;
}

interface FailureMemory {
  readonly ledger: Ledger;
  readonly store: LedgerStore;
  readonly stack: string;
  readonly at: number;
}

/** The planner decides when, and whether, a failed step is tried again; here it is only written down. */
function rememberFailure(
  step: Step,
  outcome: StepOutcome,
  { ledger, store, stack, at }: FailureMemory,
): void {
  const before = ledger.failures.find((failure) => failure.step === step.id);
  if (outcome.kind === 'done' && before !== undefined) store.dropFailure(stack, step.id);
  if (outcome.kind !== 'failed') return;
  store.putFailure(stack, {
    step: step.id,
    ...describeFailure(outcome.error),
    count: (before?.count ?? 0) + 1,
    firstAt: before?.firstAt ?? at,
    lastAt: at,
  });
}

function describeFailure(error: unknown): Pick<StepFailure, 'code' | 'message' | 'hint' | 'retryable'> {
  if (error instanceof TsorchError && isErrorCode(error.code))
    return {
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  return {
    code: 'internal.bug',
    message: error instanceof Error ? error.message : String(error),
    retryable: true,
  };
}
