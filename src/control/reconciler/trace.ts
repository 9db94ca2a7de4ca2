import type { ObservedState } from '../../model/observed-state.ts';
import type { Plan, Step } from '../../model/plan.ts';

/** All that a reconciler can say. Log, metrics, history and tests listen to one callback; nobody answers. */
export type TraceEvent =
  | {
      readonly kind: 'round-begins';
      readonly stack: string;
      readonly round: number;
      readonly reasons: readonly string[];
    }
  | {
      readonly kind: 'observed';
      readonly stack: string;
      readonly round: number;
      readonly observed: ObservedState;
    }
  | { readonly kind: 'planned'; readonly stack: string; readonly round: number; readonly plan: Plan }
  | { readonly kind: 'step-begins'; readonly stack: string; readonly round: number; readonly step: Step }
  | {
      readonly kind: 'step-ends';
      readonly stack: string;
      readonly round: number;
      readonly step: Step;
      readonly outcome: StepOutcome;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'round-ends';
      readonly stack: string;
      readonly round: number;
      readonly result: RoundResult;
    };

/** `left-out`: a step that it needs failed. `aborted`: the round ended before it began, or while it was waiting. */
export type StepOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'aborted' };

/** `failed`: the round itself broke (a look at the host failed); it is tried again. */
export type RoundResult =
  | { readonly kind: 'settled'; readonly plan: Plan; readonly executed: number }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: unknown };

export type TraceListener = (event: TraceEvent) => void;
