/** image-spec, image-index.md; names as Go has them. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  x86_64: 'amd64',
  aarch64: 'arm64',
  ia32: '386',
  i386: '386',
  armhf: 'arm',
};

export function normalizePlatform({ os, architecture, variant }: Platform): Platform {
  const normal = architectures[architecture] ?? architecture;
  const plain = (normal === 'arm64' && variant === 'v8') || (normal === 'amd64' && variant === 'v1');
  const known = variant ?? (normal === 'arm' ? 'v7' : undefined);
  return { os, architecture: normal, ...(known === undefined || plain ? {} : { variant: known }) };
}

/** This machine's. */
export function hostPlatform(): Platform {
  return normalizePlatform({ os: 'linux', architecture: process.arch });
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined && part !== '').join('/');
}

/**
 * The first entry that this platform can run, best variant first; an entry without a platform only when nothing else fits
 * (it may be anything). Attestations (`unknown/unknown`) never fit.
 */
export function selectPlatform<Entry extends { readonly platform?: Platform }>(
  entries: readonly Entry[],
  wanted: Platform,
): Entry | undefined {
  for (const candidate of fallbacks(normalizePlatform(wanted))) {
    const found = entries.find(
      ({ platform }) => platform !== undefined && isSame(normalizePlatform(platform), candidate),
    );
    if (found !== undefined) return found;
  }
  return entries.find(({ platform }) => platform === undefined);
}

/** What runs on a platform, best first: lower variants of an architecture, then the plain one. */
function fallbacks(platform: Platform): readonly Platform[] {
  const { os, architecture, variant } = platform;
  const level = Number(/^v(\d+)$/.exec(variant ?? '')?.[1] ?? 0);
  const lower = Array.from({ length: level }, (_, index) => `v${level - index}`);
  const variants = architecture === 'arm' ? lower.filter((name) => Number(name.slice(1)) >= 5) : lower;
  return [platform, ...variants.map((name) => ({ os, architecture, variant: name })), { os, architecture }];
}

function isSame(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.architecture === b.architecture && (a.variant ?? '') === (b.variant ?? '');
}
