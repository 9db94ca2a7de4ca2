import { describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/control/find-container.ts';
import type { ObservedContainer } from '../../../src/model/observed-state.ts';
import { aContainerSpec, anId } from '../../support/service.ts';

function observed(digit: string, stack: string, service: string, ordinal: number): ObservedContainer {
  const slot = { stack, service, ordinal };
  return {
    spec: aContainerSpec({ id: anId(digit), slot, name: `${stack}-${service}-${ordinal}` }),
    phase: ordinal === 1 ? 'exited' : 'running',
    health: 'none',
    addresses: {},
  };
}

const containers = [
  observed('a', 'shop', 'web', 1),
  observed('b', 'shop', 'web', 2),
  observed('c', 'shop', 'db', 1),
  observed('d', 'blog', 'db', 1),
];

describe('a container is found', () => {
  it.each([
    ['shop/web.1', 'a'],
    ['shop/web', 'b'],
    ['shop-web-1', 'a'],
    ['bbbb', 'b'],
    ['web', 'b'],
    ['web.1', 'a'],
    ['blog/db', 'd'],
  ])('by %s', (object, digit) => {
    expect(findContainer(object, containers).spec.id).toBe(anId(digit));
  });

  it.each(['db', 'shop/cache', 'eeee', 'shop/web.3'])('but not by %s', (object) => {
    expect(() => findContainer(object, containers)).toThrow(`there is no container "${object}"`);
  });
});
