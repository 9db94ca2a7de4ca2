import type { StepHandler } from '../step-handler.ts';

/** The lease comes first: a network that exists always has one. */
export const ensureNetwork: StepHandler<'ensureNetwork'> = async ({ definition, subnet }, context) => {
  const { engine, ledger, desired, signal } = context;
  if (!definition.external) ledger.leaseSubnet(definition.name, subnet);
  await engine.network.ensure(definition, { stack: desired.stack.name, subnet }, { signal });
};
