import type { Step, StepKind, StepOf } from '../../../model/plan.ts';
import type { StepContext, StepHandler } from '../step-handler.ts';
import { createContainer } from './create-container.ts';
import { ensureNetwork } from './ensure-network.ts';
import { ensureVolume } from './ensure-volume.ts';
import { forgetStack } from './forget-stack.ts';
import { pullImage } from './pull-image.ts';
import { recordBackoff } from './record-backoff.ts';
import { recordMemo } from './record-memo.ts';
import { removeContainer } from './remove-container.ts';
import { removeNetwork } from './remove-network.ts';
import { startTask } from './start-task.ts';
import { stopTask } from './stop-task.ts';
import { switchEndpoints } from './switch-endpoints.ts';
import { updateContainer } from './update-container.ts';

/** Derived from the table of steps: a kind without a handler does not compile. */
const handlers: { readonly [Kind in StepKind]: StepHandler<Kind> } = {
  pullImage,
  ensureNetwork,
  removeNetwork,
  ensureVolume,
  createContainer,
  startTask,
  updateContainer,
  switchEndpoints,
  stopTask,
  removeContainer,
  recordBackoff,
  recordMemo,
  forgetStack,
};

export function runStep(step: Step, context: StepContext): Promise<void> {
  return dispatch(step, context);
}

function dispatch<Kind extends StepKind>(step: StepOf<Kind>, context: StepContext): Promise<void> {
  const handler = handlers[step.kind] as StepHandler<Kind>;
  return handler(step.args, context, step);
}
