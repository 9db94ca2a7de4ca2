const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration for people, its two largest units at most: `41s`, `3m 20s`, `2d 4h`. */
export function formatDuration(ms: number): string {
  if (ms < second) return '0s';
  const [size, unit, below, belowUnit] = (
    [
      [day, 'd', hour, 'h'],
      [hour, 'h', minute, 'm'],
      [minute, 'm', second, 's'],
    ] as const
  ).find(([unitSize]) => ms >= unitSize) ?? [second, 's', 0, ''];
  const rest = below === 0 ? 0 : Math.floor((ms % size) / below);
  return `${Math.floor(ms / size)}${unit}${rest > 0 ? ` ${rest}${belowUnit}` : ''}`;
}

/** Bytes in powers of 1000, three digits: `4.1 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** First 12 hex digits of a digest or id. */
export function shortId(text: string): string {
  return text.replace(/^sha256:/, '').slice(0, 12);
}
