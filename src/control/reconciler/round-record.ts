import type { Clock } from '../../lib/clock.ts';
import { TsorchError } from '../../lib/errors.ts';
import type { EpochMs } from '../../model/brand.ts';
import { isErrorCode } from '../../model/error-code.ts';
import type { StepFailure } from '../../model/ledger.ts';
import type { Step } from '../../model/plan.ts';
import type { JournalStore } from '../../state/journal-store.ts';
import type { LedgerStore } from '../../state/ledger-store.ts';
import type { EndedStep } from './execute-plan.ts';
import type { StepOutcome, TraceListener } from './trace.ts';

export interface RecordParts {
  readonly journal: JournalStore;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly onTrace: TraceListener;
}

/** Writes down what a round begins and how it ends: journal, failures for the planner, trace. */
export class RoundRecord {
  readonly #parts: RecordParts;
  readonly #of: { readonly stack: string; readonly round: number; readonly failures: readonly StepFailure[] };
  readonly #begun = new Map<string, { readonly seq: number; readonly at: EpochMs }>();

  constructor(
    parts: RecordParts,
    of: { readonly stack: string; readonly round: number; readonly failures: readonly StepFailure[] },
  ) {
    this.#parts = parts;
    this.#of = of;
  }

  /** Number of steps that were begun. */
  get begun(): number {
    return this.#begun.size;
  }

  /** What has ended, and what is meant to be done next, before any of it is: one transaction. */
  turn(ended: readonly EndedStep[], beginning: readonly Step[]): void {
    this.#parts.journal.together(() => {
      for (const { step, outcome } of ended) this.#end(step, outcome);
      this.#intend(beginning);
    });
  }

  #intend(steps: readonly Step[]): void {
    const { journal, clock } = this.#parts;
    const { stack, round } = this.#of;
    const at = clock.now();
    const seqs = journal.begin({ stack, round, at }, steps);
    for (const [index, step] of steps.entries()) this.#begun.set(step.id, { seq: seqs[index] ?? 0, at });
  }

  /** This step acts now, after it may have waited for others of its kind. */
  begin(step: Step): void {
    const { clock, onTrace } = this.#parts;
    const { stack, round } = this.#of;
    const intent = this.#begun.get(step.id);
    if (intent !== undefined) this.#begun.set(step.id, { ...intent, at: clock.now() });
    onTrace({ kind: 'step-begins', stack, round, step });
  }

  #end(step: Step, outcome: StepOutcome): void {
    const { journal, clock, onTrace } = this.#parts;
    const { stack, round } = this.#of;
    const at = clock.now();
    const intent = this.#begun.get(step.id);
    const text = outcome.kind === 'failed' ? `failed: ${String(outcome.error)}` : outcome.kind;
    if (intent !== undefined) journal.end(intent.seq, { at, text });
    this.#rememberFailure(step, outcome, at);
    onTrace({ kind: 'step-ends', stack, round, step, outcome, durationMs: at - (intent?.at ?? at) });
  }

  /** The planner decides when, and whether, a failed step is tried again; here it is only written down. */
  #rememberFailure(step: Step, outcome: StepOutcome, at: EpochMs): void {
    const { stack, failures } = this.#of;
    const { ledger } = this.#parts;
    const before = failures.find((failure) => failure.step === step.id);
    if (outcome.kind === 'done' && before !== undefined) ledger.dropFailure(stack, step.id);
    if (outcome.kind !== 'failed') return;
    const { count = 0, firstAt = at } = before ?? {};
    const failure = describeFailure(outcome.error);
    ledger.putFailure(stack, { step: step.id, ...failure, count: count + 1, firstAt, lastAt: at });
  }
}

function describeFailure(error: unknown): Pick<StepFailure, 'code' | 'message' | 'hint' | 'retryable'> {
  if (error instanceof TsorchError && isErrorCode(error.code)) {
    const { code, message, retryable, hint } = error;
    return { code, message, retryable, ...(hint === undefined ? {} : { hint }) };
  }
  return {
    code: 'internal.bug',
    message: error instanceof Error ? error.message : String(error),
    retryable: true,
  };
}
