import { describe, expect, it } from 'vitest';
import { leaseSubnet, subnetsOverlap } from '../../../src/control/planner/subnet-lease.ts';

describe('leaseSubnet', () => {
  it('gives the lowest free /24 of the pool', () => {
    expect(leaseSubnet([])).toBe('10.201.0.0/24');
    expect(leaseSubnet(['10.201.0.0/24', '10.201.2.0/24'])).toBe('10.201.1.0/24');
    expect(leaseSubnet(['10.201.0.0/22', '10.201.4.77', '192.168.0.0/16'])).toBe('10.201.5.0/24');
  });

  it('does not take a default route, IPv6 or nonsense for a claim', () => {
    expect(leaseSubnet(['0.0.0.0/0', 'fd00::/8', 'default', '10.201.0.300/24', '10.201.0.0/33'])).toBe(
      '10.201.0.0/24',
    );
  });

  it('gives nothing when the pool is taken', () => {
    expect(leaseSubnet(['10.0.0.0/8'])).toBeUndefined();
  });
});

describe('subnetsOverlap', () => {
  it.each([
    ['10.0.0.0/8', '10.201.3.0/24', true],
    ['10.201.3.5/24', '10.201.3.0/30', true],
    ['10.201.3.0/24', '10.201.4.0/24', false],
    ['fd00::/8', 'fd00::/8', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(subnetsOverlap(one, other)).toBe(expected);
  });
});
