import { describe, expect, it } from 'vitest';
import { formatUsage, withRates } from '../../../src/cli/output/usage.ts';
import type { ContainerStats, ContainerUsage } from '../../../src/model/container-stats.ts';

function usage(at: number, usageUs: number, more: Partial<ContainerStats> = {}): ContainerUsage {
  const stats = { at, cpu: { usageUs, userUs: usageUs, systemUs: 0 }, ...more };
  return { id: 'a', stack: 'shop', slot: 'web.1', stats };
}

describe('rates', () => {
  it('are the differences of two looks', () => {
    const [seen] = withRates([usage(1_000, 500_000)], [usage(3_000, 1_500_000)]);
    expect(seen?.cpuPercent).toBe(50);
  });

  it('are absent at the first look, and when a counter began anew', () => {
    expect(withRates([], [usage(1_000, 5)])[0]).not.toHaveProperty('cpuPercent');
    expect(withRates([usage(1_000, 500)], [usage(2_000, 10)])[0]).not.toHaveProperty('cpuPercent');
    expect(withRates([usage(1_000, 5)], [usage(1_000, 5)])[0]).not.toHaveProperty('cpuPercent');
  });
});

describe('the table', () => {
  it('shows what is counted', () => {
    const traffic = { bytes: 1_500, packets: 3, errors: 0, dropped: 0 };
    const full: Partial<ContainerStats> = {
      memory: {
        usage: 3_000_000,
        workingSet: 2_000_000,
        limit: 8_000_000,
        anonymous: 0,
        file: 0,
        inactiveFile: 0,
        pageFaults: 0,
        majorPageFaults: 0,
        events: { max: 0, oomKill: 0 },
      },
      io: {
        devices: [{ major: 1, minor: 0, readBytes: 5, writeBytes: 7, readOperations: 1, writeOperations: 1 }],
        pressure: { some: { avg10: 12.4, avg60: 0, avg300: 0, totalUs: 0 } },
      },
      pids: { current: 4, limit: 50 },
      network: [{ network: 'shop_default', interface: 'eth0', received: traffic, sent: traffic }],
    };
    const text = formatUsage(withRates([usage(0, 0)], [usage(1_000, 25_000, full)]));
    const [, line = ''] = text.split('\n');
    expect(line.split(/ {2,}/)).toEqual([
      'shop/web.1',
      '2.5%',
      '2.00 MB',
      '8.00 MB (25%)',
      '1.50 kB',
      '1.50 kB',
      '5 B',
      '7 B',
      '4/50',
      'io 12%',
    ]);
  });

  it('shows a dash for what the host does not count', () => {
    const text = formatUsage([{ id: 'a', stack: 'shop', slot: 'web.1', stats: { at: 1 } }]);
    expect(text.split('\n')[1]?.split(/ {2,}/)).toEqual(['shop/web.1', ...Array<string>(9).fill('-')]);
  });
});
