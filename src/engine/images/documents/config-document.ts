import { posix } from 'node:path';
import type { EpochMs } from '../../../model/brand.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { Platform } from '../../../model/platform.ts';
import { DocumentReader, type JsonObject } from './document-reader.ts';
import { readHealthCheck } from './health-check-field.ts';
import { readPlatform } from './platform-field.ts';

/** image-spec, config.md, with what Docker adds (health check, shell). */
export interface ConfigDocument {
  readonly platform: Platform;
  readonly created?: EpochMs;
  /** Lowest layer first. */
  readonly diffIds: readonly Digest[];
  readonly config: ImageConfig;
}

/** @throws TsorchError `content.bad-document` */
export function readConfigDocument(bytes: Uint8Array, name: string): ConfigDocument {
  const reader = new DocumentReader(name);
  const document = reader.parse(bytes);
  const rootfs = reader.object(document['rootfs'], 'rootfs');
  if (rootfs['type'] !== 'layers') throw reader.problem('has a rootfs that does not consist of layers');
  const diffIds = reader.list(rootfs['diff_ids'] ?? [], 'rootfs.diff_ids');
  const created = Date.parse(reader.optionalText(document['created'], 'created') ?? '');
  return {
    platform: readPlatform(reader, document, 'the document') ?? { os: '', architecture: '' },
    diffIds: diffIds.map((id, at) => reader.digest(id, `rootfs.diff_ids[${at}]`)),
    config: readImageConfig(reader, reader.optionalObject(document['config'], 'config') ?? {}),
    ...(Number.isNaN(created) ? {} : { created }),
  };
}

function readImageConfig(reader: DocumentReader, config: JsonObject): ImageConfig {
  const text = (field: string) => reader.optionalText(config[field], `config.${field}`) || undefined;
  const list = (field: string) => reader.optionalTexts(config[field], `config.${field}`);
  const optional = <Value>(key: string, value: Value | undefined) =>
    value === undefined ? {} : { [key]: value };
  const workingDir = text('WorkingDir');
  return {
    environment: list('Env') ?? [],
    volumes: keys(reader, config, 'Volumes').map(absolute),
    exposedPorts: keys(reader, config, 'ExposedPorts').map((port) =>
      port.includes('/') ? port : `${port}/tcp`,
    ),
    labels: reader.texts(config['Labels'], 'config.Labels'),
    ...optional('user', text('User')),
    ...optional('entrypoint', list('Entrypoint')),
    ...optional('command', list('Cmd')),
    ...optional('workingDir', workingDir === undefined ? undefined : absolute(workingDir)),
    ...optional('stopSignal', text('StopSignal')),
    ...optional('healthCheck', readHealthCheck(reader, config)),
  };
}

/** Sets are written as objects with empty objects as values. */
function keys(reader: DocumentReader, config: JsonObject, field: string): readonly string[] {
  return Object.keys(reader.optionalObject(config[field], `config.${field}`) ?? {});
}

/** Cleaned, and never above the root (CVE-2022-23648). */
function absolute(path: string): string {
  const cleaned = posix.normalize(`/${path}`);
  return cleaned.length > 1 && cleaned.endsWith('/') ? cleaned.slice(0, -1) : cleaned;
}
