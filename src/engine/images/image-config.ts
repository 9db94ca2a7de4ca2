import type { Digest } from '../../model/digest.ts';
import { isDigest } from '../../model/digest.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { HealthCheck } from '../../model/stack.ts';
import { bad, isStringRecord, parseJsonObject } from './documents.ts';
import { normalizePlatform, type Platform } from './platform.ts';

/** The configuration document of an image (image-spec, config.md), read and checked. */
export interface ConfigDocument {
  readonly config: ImageConfig;
  readonly platform: Platform;
  /** Lowest layer first. */
  readonly diffIds: readonly Digest[];
  /** Epoch milliseconds. */
  readonly created?: number;
}

/** @throws TsorchError `content.bad-document` */
export function parseImageConfig(bytes: Uint8Array): ConfigDocument {
  const document = parseJsonObject(bytes, 'image configuration');
  const { rootfs, os, architecture, variant, created, config } = document;
  const created_ = typeof created === 'string' ? Date.parse(created) : Number.NaN;
  return {
    config: imageConfig((config ?? {}) as Record<string, unknown>),
    platform: normalizePlatform({
      os: typeof os === 'string' ? os : 'linux',
      architecture: typeof architecture === 'string' ? architecture : '',
      ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
    }),
    diffIds: diffIds((rootfs ?? {}) as Record<string, unknown>),
    ...(Number.isNaN(created_) ? {} : { created: created_ }),
  };
}

function diffIds({ type, diff_ids }: Record<string, unknown>): readonly Digest[] {
  if (type !== 'layers' || !Array.isArray(diff_ids)) throw bad('rootfs is not made of layers');
  return diff_ids.map((id) => {
    if (typeof id === 'string' && isDigest(id)) return id;
    throw bad(`"${String(id)}" is no diffID`);
  });
}

function imageConfig(config: Record<string, unknown>): ImageConfig {
  const { User, Entrypoint, Cmd, WorkingDir, StopSignal, Healthcheck } = config;
  const healthCheck = imageHealthCheck(Healthcheck);
  return {
    environment: strings(config['Env']) ?? [],
    volumes: Object.keys((config['Volumes'] ?? {}) as object),
    exposedPorts: Object.keys((config['ExposedPorts'] ?? {}) as object),
    labels: isStringRecord(config['Labels']) ? config['Labels'] : {},
    ...text('user', User),
    ...text('workingDir', WorkingDir),
    ...text('stopSignal', StopSignal),
    ...list('entrypoint', Entrypoint),
    ...list('command', Cmd),
    ...(healthCheck === undefined ? {} : { healthCheck }),
  };
}

function text<Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: string } {
  return (typeof value === 'string' && value !== '' ? { [name]: value } : {}) as { [Key in Name]?: string };
}

function list<Name extends string>(
  name: Name,
  value: unknown,
): { readonly [Key in Name]?: readonly string[] } {
  const items = strings(value);
  return (items === undefined || items.length === 0 ? {} : { [name]: items }) as {
    [Key in Name]?: readonly string[];
  };
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

const nsPerMs = 1_000_000;

/** Docker's extension: `Test` as in Compose, durations in nanoseconds, 0 = Docker's default. */
function imageHealthCheck(value: unknown): HealthCheck | undefined {
  const { Test, Interval, Timeout, Retries, StartPeriod, StartInterval } = (value ?? {}) as Record<
    string,
    unknown
  >;
  const [form, ...words] = strings(Test) ?? [];
  const args = form === 'CMD' ? words : form === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : [];
  if (args.length === 0) return undefined;
  const ms = (ns: unknown, fallback: number) =>
    typeof ns === 'number' && ns > 0 ? Math.ceil(ns / nsPerMs) : fallback;
  return {
    kind: 'exec',
    args,
    intervalMs: ms(Interval, 30_000),
    timeoutMs: ms(Timeout, 30_000),
    retries: typeof Retries === 'number' && Retries > 0 ? Retries : 3,
    startPeriodMs: ms(StartPeriod, 0),
    startIntervalMs: ms(StartInterval, 5_000),
  };
}
