import type { Plan, Step } from '../../model/plan.ts';
import type { StepOutcome } from './trace.ts';

export interface PlanExecution {
  /** Acts; a rejection is the step's failure. */
  readonly run: (step: Step) => Promise<void>;
  /** Called before the steps of a wave act, with all of them: one write for many intents. */
  readonly onBegin: (steps: readonly Step[]) => void;
  readonly onEnd: (step: Step, outcome: StepOutcome) => void;
  /** No step begins after it has fired. */
  readonly signal: AbortSignal;
}

/**
 * Runs the steps of a plan in the order of its graph. Resolves when everything that was begun has ended: no next look at the
 * world while something still moves. What needs a failed step is left out; the rest goes on.
 *
 * @returns outcome of each step by its id
 * @throws what `onBegin` or `onEnd` threw (a full disk, say), once everything that was begun has ended
 */
export async function executePlan(
  plan: Plan,
  execution: PlanExecution,
): Promise<ReadonlyMap<string, StepOutcome>> {
  const { signal, onBegin, onEnd } = execution;
  const outcomes = new Map<string, StepOutcome>();
  const waiting = new Set(plan.steps);
  const running = new Set<Promise<void>>();
  const broken: unknown[] = [];
  const settle = (step: Step, outcome: StepOutcome): void => {
    outcomes.set(step.id, outcome);
    attempt(() => onEnd(step, outcome), broken);
  };
  for (;;) {
    const wave = nextWave(waiting, outcomes, signal.aborted || broken.length > 0);
    for (const step of wave.leftOut) settle(step, { kind: 'left-out' });
    const isWritten = wave.ready.length === 0 || attempt(() => onBegin(wave.ready), broken);
    for (const step of isWritten ? wave.ready : []) {
      const task = runStep(step, execution).then((outcome) => {
        running.delete(task);
        settle(step, outcome);
      });
      running.add(task);
    }
    if (wave.leftOut.length > 0) continue; // their dependants come next
    if (running.size === 0) break;
    await Promise.race(running);
  }
  for (const step of waiting) settle(step, { kind: 'aborted' });
  if (broken.length > 0) throw broken[0];
  return outcomes;
}

/** @returns whether it succeeded */
function attempt(work: () => void, failures: unknown[]): boolean {
  try {
    work();
    return true;
  } catch (error) {
    failures.push(error);
    return false;
  }
}

/** Takes out of `waiting` what can begin now and what never can. */
function nextWave(
  waiting: Set<Step>,
  outcomes: ReadonlyMap<string, StepOutcome>,
  isOver: boolean,
): { readonly ready: Step[]; readonly leftOut: Step[] } {
  const ready: Step[] = [];
  const leftOut: Step[] = [];
  for (const step of waiting) {
    const needed = step.after.map((id) => outcomes.get(id)?.kind);
    if (needed.some((kind) => kind !== undefined && kind !== 'done')) leftOut.push(step);
    else if (!isOver && needed.every((kind) => kind === 'done')) ready.push(step);
  }
  for (const step of [...ready, ...leftOut]) waiting.delete(step);
  return { ready, leftOut };
}

async function runStep(step: Step, { run, signal }: PlanExecution): Promise<StepOutcome> {
  try {
    await run(step);
    return { kind: 'done' };
  } catch (error) {
    return signal.aborted ? { kind: 'aborted' } : { kind: 'failed', error };
  }
}
