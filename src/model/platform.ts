/** What an image runs on: image-spec, image-index.md, `platform`; GOOS and GOARCH names. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  /** `v7`; absent where the architecture has none, or it is the usual one. */
  readonly variant?: string;
  readonly osFeatures?: readonly string[];
}

/** `linux/arm64`, `linux/arm/v6` */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

const aliases: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  i386: ['386'],
  i686: ['386'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** `linux/arm64/v8`, `amd64`; undefined = it is none. */
export function parsePlatform(text: string): Platform | undefined {
  const words = text.split('/');
  if (words.length > 3 || !words.every((word) => /^[a-z0-9._]+$/.test(word))) return undefined;
  const [os = '', architecture = '', variant] = words.length === 1 ? ['linux', text] : words;
  return normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

/** Brings the spellings that are about into one: `x86_64` -> `amd64`, `arm64/v8` -> `arm64`, `arm` -> `arm/v7`. */
export function normalizePlatform(platform: Platform): Platform {
  const [architecture, impliedVariant] = aliases[platform.architecture.toLowerCase()] ?? [
    platform.architecture.toLowerCase(),
  ];
  const variant = usualVariant(architecture, platform.variant || impliedVariant);
  const { osFeatures } = platform;
  return {
    os: platform.os.toLowerCase(),
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(osFeatures === undefined || osFeatures.length === 0 ? {} : { osFeatures }),
  };
}

function usualVariant(architecture: string, variant: string | undefined): string | undefined {
  const named = variant === undefined || variant.startsWith('v') ? variant : `v${variant}`;
  if (architecture === 'arm') return named ?? 'v7';
  if (architecture === 'arm64' && named === 'v8') return undefined;
  if (architecture === 'amd64' && named === 'v1') return undefined;
  return named;
}

/** What the processor of this process is, in the image-spec's words. `nodeArch` as in `process.arch`. */
export function hostPlatform(nodeArch: string): Platform {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm: 'arm' };
  return normalizePlatform({ os: 'linux', architecture: names[nodeArch] ?? nodeArch });
}

/**
 * How well an image for `offered` runs on `host`: 0 is best, undefined = not at all. Older variants of the same
 * architecture run, then what the processor runs besides (386 on amd64, arm on arm64).
 */
export function platformRank(host: Platform, offered: Platform): number | undefined {
  const wanted = normalizePlatform(host);
  const { os, architecture, variant, osFeatures } = normalizePlatform(offered);
  if (os !== wanted.os || osFeatures !== undefined) return undefined;
  const order = fallbacks(wanted);
  const rank = order.indexOf(variant === undefined ? architecture : `${architecture}/${variant}`);
  return rank < 0 ? undefined : rank;
}

function fallbacks({ architecture, variant }: Platform): readonly string[] {
  switch (architecture) {
    case 'amd64':
      return [...downFrom('amd64', variant, 2), 'amd64', '386'];
    case 'arm64':
      return [...(variant === undefined ? [] : [`arm64/${variant}`]), 'arm64', ...downFrom('arm', 'v8', 5)];
    case 'arm':
      return downFrom('arm', variant, 5);
    default:
      return variant === undefined ? [architecture] : [`${architecture}/${variant}`, architecture];
  }
}

/** `arm`, `v7`, 5 -> `arm/v7`, `arm/v6`, `arm/v5` */
function downFrom(architecture: string, variant: string | undefined, lowest: number): string[] {
  const highest = Number(/^v(\d+)$/.exec(variant ?? '')?.[1] ?? 0);
  const levels: string[] = [];
  for (let level = highest; level >= lowest; level--) levels.push(`${architecture}/v${level}`);
  return levels;
}
