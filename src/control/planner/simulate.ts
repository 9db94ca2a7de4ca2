import type { Plan } from '../../model/plan.ts';
import { applyStep, type ModelOptions } from './model-world.ts';
import type { PlanInput } from './plan-input.ts';
import { planStack } from './plan-stack.ts';

/** What one round takes in the model, in milliseconds. */
const roundMs = 1_000;

/** The world after all steps of the plan have succeeded. */
export function simulate(input: PlanInput, plan: Plan, options: ModelOptions = {}): PlanInput {
  let world = { observed: input.observed, ledger: input.ledger };
  for (const step of plan.steps) world = applyStep(world, step, { ...options, ...input });
  const isIdle = plan.steps.length === 0;
  const now = isIdle && plan.recheckAt !== undefined ? plan.recheckAt : input.now + roundMs;
  return { ...input, ...world, now, observed: { ...world.observed, at: now } };
}

/**
 * The whole road: this round's plan and those after it, as long as there is something to do and time can help. Probes pass,
 * one-shots succeed. The last plan of the list is the one that was left with nothing to do.
 */
export function forecast(
  input: PlanInput,
  options: ModelOptions & { readonly maxRounds?: number } = {},
): readonly Plan[] {
  const plans: Plan[] = [];
  for (let at = input; plans.length < (options.maxRounds ?? 100); ) {
    const plan = planStack(at);
    plans.push(plan);
    const isOver = plan.steps.some(({ kind }) => kind === 'forgetStack');
    if (isOver || (plan.steps.length === 0 && plan.recheckAt === undefined)) break;
    at = simulate(at, plan, options);
  }
  return plans;
}
