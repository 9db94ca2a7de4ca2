import type { StepHandler } from '../step-handler.ts';

export const removeNetwork: StepHandler<'removeNetwork'> = async (
  { network },
  { engine, ledger, signal },
) => {
  await engine.network.remove(network, { signal });
  ledger.releaseSubnet(network);
};
