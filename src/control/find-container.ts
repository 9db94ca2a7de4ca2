import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { slotName } from '../model/identity.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { isLive } from './planner/container-condition.ts';

/**
 * The container that somebody means by `shop/web.2`, `shop/web` (its first one with a live task, else its first one),
 * `shop-web-2`, an id, the beginning of an id that fits only one, or `web` and `web.2` where only one stack has it.
 *
 * @throws TsorchError `container.not-found`
 */
export function findContainer(object: string, containers: readonly ObservedContainer[]): ObservedContainer {
  const matches = candidates(object, containers);
  const [found] = [...matches].sort(byLiveThenOrdinal);
  if (found === undefined)
    throw new TsorchError<ErrorCode>('container.not-found', `there is no container "${object}"`, {
      object,
      hint: 'name it as STACK/SERVICE or STACK/SERVICE.NUMBER, or as SERVICE when one stack has it; `tsorch ps` lists them',
    });
  return found;
}

function candidates(object: string, containers: readonly ObservedContainer[]): readonly ObservedContainer[] {
  const [stack, place] = object.split('/', 2);
  if (place !== undefined)
    return inPlace(place, containers).filter(({ spec: { slot } }) => slot.stack === stack);
  const named = containers.filter(({ spec }) => spec.name === object || spec.id === object);
  if (named.length > 0) return named;
  const placed = inPlace(object, containers);
  if (placed.length > 0) return new Set(placed.map(({ spec }) => spec.slot.stack)).size === 1 ? placed : [];
  const begun = /^[0-9a-f]{4,}$/.test(object)
    ? containers.filter(({ spec }) => spec.id.startsWith(object))
    : [];
  return begun.length === 1 ? begun : [];
}

/** Those of a service, `web`, or of one slot of it, `web.2`, in any stack. */
function inPlace(place: string, containers: readonly ObservedContainer[]): readonly ObservedContainer[] {
  return containers.filter(({ spec: { slot } }) => slot.service === place || slotName(slot) === place);
}

function byLiveThenOrdinal(a: ObservedContainer, b: ObservedContainer): number {
  return Number(isLive(b)) - Number(isLive(a)) || a.spec.slot.ordinal - b.spec.slot.ordinal;
}
