import { TsorchError } from '../lib/errors.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Value of a flag such as `--timeout 1m30s`, in milliseconds. */
export function durationFlag(flag: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text)
    return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (unitMs[unit] ?? 0), 0);
  throw new TsorchError('usage.bad-argument', `--${flag} "${text}" is not a duration`, {
    hint: 'write numbers with ms, s, m, h or d, such as 90s or 1h30m',
  });
}
