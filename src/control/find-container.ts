import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { slotName } from '../model/identity.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { isLive } from './planner/container-condition.ts';

/**
 * The container that somebody means by `shop/web.2`, `shop/web` (its first one with a live task, else its first one),
 * `shop-web-2`, an id, or the beginning of an id that fits only one.
 *
 * @throws TsorchError `container.not-found`
 */
export function findContainer(object: string, containers: readonly ObservedContainer[]): ObservedContainer {
  const matches = candidates(object, containers);
  const [found] = [...matches].sort(byLiveThenOrdinal);
  if (found === undefined)
    throw new TsorchError<ErrorCode>('container.not-found', `there is no container "${object}"`, {
      object,
      hint: 'name it as STACK/SERVICE or STACK/SERVICE.NUMBER; `tsorch ps` lists them',
    });
  return found;
}

function candidates(object: string, containers: readonly ObservedContainer[]): readonly ObservedContainer[] {
  const [stack, place] = object.split('/', 2);
  if (place !== undefined)
    return containers.filter(
      ({ spec: { slot } }) => slot.stack === stack && (slot.service === place || slotName(slot) === place),
    );
  const named = containers.filter(({ spec }) => spec.name === object || spec.id === object);
  if (named.length > 0 || !/^[0-9a-f]{4,}$/.test(object)) return named;
  const begun = containers.filter(({ spec }) => spec.id.startsWith(object));
  return begun.length === 1 ? begun : [];
}

function byLiveThenOrdinal(a: ObservedContainer, b: ObservedContainer): number {
  return Number(isLive(b)) - Number(isLive(a)) || a.spec.slot.ordinal - b.spec.slot.ordinal;
}
