import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Plan, Step } from '../../model/plan.ts';
import type { StepOutcome } from './trace.ts';

export interface PlanExecution {
  /** Acts; a rejection is the step's failure. */
  readonly run: (step: Step) => Promise<void>;
  /** Called before anything of `beginning` acts, with all that has ended since the last call: one write for many. */
  readonly onTurn: (ended: readonly EndedStep[], beginning: readonly Step[]) => void;
  /** No step begins after it has fired. */
  readonly signal: AbortSignal;
}

export interface EndedStep {
  readonly step: Step;
  readonly outcome: StepOutcome;
}

/**
 * Runs the steps of a plan in the order of its graph. Resolves when everything that was begun has ended: no next look at the
 * world while something still moves. What needs a failed step is left out; the rest goes on.
 *
 * @returns outcome of each step by its id
 * @throws what `onTurn` threw (a full disk, say), once everything that was begun has ended
 */
export async function executePlan(
  plan: Plan,
  execution: PlanExecution,
): Promise<ReadonlyMap<string, StepOutcome>> {
  const { signal, onTurn } = execution;
  const waiting = new Set(plan.steps);
  const running = new Set<Promise<void>>();
  const outcomes = new Outcomes();
  const broken: unknown[] = [];
  const tell = (beginning: readonly Step[]): boolean => {
    const ended = outcomes.takeNew();
    return ended.length + beginning.length === 0 || attempt(() => onTurn(ended, beginning), broken);
  };
  for (;;) {
    leaveOut(waiting, outcomes);
    const beginning = signal.aborted || broken.length > 0 ? [] : takeReady(waiting, outcomes);
    for (const step of tell(beginning) ? beginning : []) {
      const task = runStep(step, execution).then((outcome) => {
        running.delete(task);
        outcomes.set(step, outcome);
      });
      running.add(task);
    }
    if (running.size === 0) break;
    await Promise.race(running);
    await nextTurn(); // what ends together is written down together
  }
  for (const step of waiting) outcomes.set(step, { kind: 'aborted' });
  tell([]);
  if (broken.length > 0) throw broken[0];
  return outcomes.byId;
}

/** How steps ended, and which of these nobody was told of yet. */
class Outcomes {
  readonly byId = new Map<string, StepOutcome>();
  #unheard: EndedStep[] = [];

  set(step: Step, outcome: StepOutcome): void {
    this.byId.set(step.id, outcome);
    this.#unheard.push({ step, outcome });
  }

  takeNew(): readonly EndedStep[] {
    const taken = this.#unheard;
    this.#unheard = [];
    return taken;
  }

  isDone(id: string): boolean {
    return this.byId.get(id)?.kind === 'done';
  }

  isLost(id: string): boolean {
    return this.byId.has(id) && !this.isDone(id);
  }
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

/** Takes out what needs a step that is not done and never will be, and what needs that in turn. */
function leaveOut(waiting: Set<Step>, outcomes: Outcomes): void {
  const lost = [...waiting].filter((step) => step.after.some((id) => outcomes.isLost(id)));
  for (const step of lost) {
    waiting.delete(step);
    outcomes.set(step, { kind: 'left-out' });
  }
  if (lost.length > 0) leaveOut(waiting, outcomes);
}

function takeReady(waiting: Set<Step>, outcomes: Outcomes): readonly Step[] {
  const ready = [...waiting].filter((step) => step.after.every((id) => outcomes.isDone(id)));
  for (const step of ready) waiting.delete(step);
  return ready;
}

async function runStep(step: Step, { run, signal }: PlanExecution): Promise<StepOutcome> {
  try {
    await run(step);
    return { kind: 'done' };
  } catch (error) {
    return signal.aborted ? { kind: 'aborted' } : { kind: 'failed', error };
  }
}
