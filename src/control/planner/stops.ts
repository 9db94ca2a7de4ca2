import { isReady } from './container-condition.ts';
import { blockWaiting, type Departure, type Planning } from './planning.ts';

/** Ends the tasks of all departures, each after it has been taken out of the traffic. */
export function planStops(planning: Planning): void {
  for (const departure of planning.departures.values()) {
    const { container, key } = departure;
    if (container.phase === 'stopping') {
      const service = container.spec.slot.service;
      blockWaiting(planning, { service, target: key, reason: `waits for ${key} to stop` });
    } else stopTask(planning, departure);
  }
}

function stopTask({ draft }: Planning, { container, service, key, causes, impact, after }: Departure): void {
  const { id, slot } = container.spec;
  const signal = service.stopSignal === undefined ? {} : { signal: service.stopSignal };
  draft.add({
    kind: 'stopTask',
    target: key,
    service: slot.service,
    args: { container: id, task: container.task?.number ?? 0, graceMs: service.stopGraceMs, ...signal },
    after: isReady(container) ? [...after, ...draft.providers(`endpoints ${slot.service}`)] : after,
    causes,
    impact,
  });
}
