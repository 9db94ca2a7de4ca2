const pattern = /^(\d+(?:\.\d+)?)\s*([kmgtp]?i?b?)$/i;
const exponents: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * Reads a size such as `64m`, `1.5gb`, `512KiB` or `1024` (Compose specification, "Specifying byte values"): all units
 * are binary, 1k = 1024.
 *
 * @returns whole bytes, rounded down; nothing if it is not a size
 */
export function parseSizeBytes(text: string): number | undefined {
  const match = text.length > 64 ? null : pattern.exec(text.trim());
  if (match === null) return undefined;
  const unit = (match[2] ?? '').toLowerCase().replace(/i?b?$/, '');
  const bytes = Math.floor(Number(match[1]) * 1024 ** (exponents[unit] ?? 0));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
