const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 24 * 3600e9,
  w: 7 * 24 * 3600e9,
};
const whole = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+$/;
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/g;

/**
 * Reads a duration such as `1h5m30s20ms` or `1.5s` (Compose specification, "Specifying durations", with days and
 * weeks as files use them). `0` stands without a unit.
 *
 * @returns milliseconds, rounded up so that a short time never becomes none; nothing if it is not a duration
 */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (trimmed.length > 64 || !whole.test(trimmed)) return undefined;
  let totalNs = 0;
  for (const [, amount, unit] of trimmed.matchAll(part))
    totalNs += Number(amount) * (unitNs[unit ?? ''] ?? 0);
  const milliseconds = Math.max(0, Math.ceil(totalNs / 1e6 - 1e-9));
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}
