import type { StepHandler } from '../step-handler.ts';

/** Only what was deleted in the meantime, too: an apply that came during the round wants the stack again. */
export const forgetStack: StepHandler<'forgetStack'> = async ({ stack }, { stacks }) => {
  if (stacks.find(stack)?.wanted === 'removed') stacks.forget(stack);
};
