/** Networks without a subnet of their own get a /24 of this pool. */
const pool = { base: 0x0ac9_0000, prefix: 16 };
const leasePrefix = 24;

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * The lowest /24 of 10.201.0.0/16 that overlaps none of the given CIDRs; undefined when the pool is exhausted. IPv6 and
 * unreadable entries cannot overlap.
 */
export function leaseSubnet(taken: readonly string[]): string | undefined {
  const ranges = taken.flatMap((cidr) => parseCidr(cidr) ?? []);
  const size = 2 ** (32 - leasePrefix);
  const end = pool.base + 2 ** (32 - pool.prefix);
  for (let first = pool.base; first < end; first += size) {
    const candidate = { first, last: first + size - 1 };
    if (!ranges.some((range) => overlap(range, candidate))) return `${formatAddress(first)}/${leasePrefix}`;
  }
  return undefined;
}

export function subnetsOverlap(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a !== undefined && b !== undefined && overlap(a, b);
}

function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** A bare address is a /32; a default route would cover everything and is no claim to an address. */
function parseCidr(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(cidr);
  if (match === null) return undefined;
  const bytes = match.slice(1, 5).map(Number);
  const prefix = Number(match[5] ?? 32);
  if (bytes.some((byte) => byte > 255) || prefix > 32 || prefix === 0) return undefined;
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
