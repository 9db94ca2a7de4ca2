import { describe, expect, it } from 'vitest';
import {
  formatPlatform,
  hostPlatform,
  normalizePlatform,
  platformRank,
} from '../../../src/model/platform.ts';

function platform(text: string) {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

describe('normalizePlatform', () => {
  it.each([
    ['linux/x86_64', 'linux/amd64'],
    ['Linux/AARCH64', 'linux/arm64'],
    ['linux/i386', 'linux/386'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
  ])('writes %s as %s', (text, expected) => {
    expect(formatPlatform(normalizePlatform(platform(text)))).toBe(expected);
  });
});

describe('platformRank', () => {
  function ranked(host: string, offered: readonly string[]): readonly string[] {
    return offered
      .flatMap((text) => {
        const rank = platformRank(platform(host), platform(text));
        return rank === undefined ? [] : [{ text, rank }];
      })
      .sort((a, b) => a.rank - b.rank)
      .map(({ text }) => text);
  }

  it('prefers the nearest older variant and never a newer one', () => {
    const offered = ['linux/arm/v5', 'linux/arm/v7', 'linux/arm/v8', 'linux/arm/v6'];
    expect(ranked('linux/arm/v7', offered)).toEqual(['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5']);
  });

  it('falls back to what the processor runs besides', () => {
    expect(ranked('linux/amd64', ['linux/386', 'linux/amd64/v2', 'linux/amd64'])).toEqual([
      'linux/amd64',
      'linux/386',
    ]);
    expect(ranked('linux/arm64', ['linux/arm/v7', 'linux/arm64'])).toEqual(['linux/arm64', 'linux/arm/v7']);
    expect(ranked('linux/amd64/v3', ['linux/amd64', 'linux/amd64/v3', 'linux/amd64/v2'])).toEqual([
      'linux/amd64/v3',
      'linux/amd64/v2',
      'linux/amd64',
    ]);
  });

  it('takes no other system and no unknown features', () => {
    expect(ranked('linux/amd64', ['windows/amd64', 'unknown/unknown', 'linux/s390x'])).toEqual([]);
    const special = { ...platform('linux/amd64'), osFeatures: ['win32k'] };
    expect(platformRank(platform('linux/amd64'), special)).toBeUndefined();
  });
});

describe('hostPlatform', () => {
  it.each([
    ['x64', 'linux/amd64'],
    ['arm64', 'linux/arm64'],
    ['arm', 'linux/arm/v7'],
    ['ia32', 'linux/386'],
    ['riscv64', 'linux/riscv64'],
  ])("knows node's %s as %s", (arch, expected) => {
    expect(formatPlatform(hostPlatform(arch))).toBe(expected);
  });
});
