import { createHash } from 'node:crypto';
import type { Mount, VolumeDefinition } from '../../model/stack.ts';
import type { MountAsWritten, ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { isHostPath, parseVolume } from '../formats/volume.ts';
import { didYouMean } from '../suggest.ts';
import { cleanContainerPath, type NormalizeContext, resolvePath } from './context.ts';
import { normalizeGrants } from './grants.ts';
import { normalizeTmpfs } from './tmpfs.ts';
import { readBoolean, readMode, readSize } from './values.ts';

type MountField = Field<string | MountAsWritten>;

/** Mount options of the short form that change nothing here. */
const harmlessOptions = new Set(['rw', 'nocopy', 'cached', 'delegated', 'consistent', 'private', 'rprivate']);
const propagationOptions = new Set(['shared', 'rshared', 'slave', 'rslave']);

export interface ServiceMounts {
  readonly mounts: readonly Mount[];
  /** Anonymous volumes of the service, by the keys that its mounts name. */
  readonly anonymous: Readonly<Record<string, VolumeDefinition>>;
}

/** `volumes`, `tmpfs` and `shm_size`, in this order; two mounts on one target are an error. */
export function normalizeMounts(service: Field<ServiceAsWritten>, context: NormalizeContext): ServiceMounts {
  const reader = new MountReader(service.key, context);
  const volumes = service.get('volumes')?.items() ?? [];
  const placed = volumes.flatMap((item) =>
    reader.read(item).map((mount) => ({ mount, field: item as Field<unknown> })),
  );
  placed.push(...normalizeTmpfs(service.get('tmpfs')), ...normalizeGrants(service, context));
  const shmSize = service.get('shm_size');
  const sizeBytes = readSize(shmSize);
  if (shmSize !== undefined && sizeBytes !== undefined) {
    const mount: Mount = { kind: 'tmpfs', target: '/dev/shm', sizeBytes, mode: 0o1777 };
    placed.push({ mount, field: shmSize });
  }
  const targets = new Set<string>();
  for (const { mount, field } of placed) {
    if (targets.has(mount.target)) {
      field.error(
        'spec.duplicate-target',
        `two mounts of service ${quote(service.key)} stand on ${quote(mount.target)}`,
      );
    }
    targets.add(mount.target);
  }
  return { mounts: placed.map(({ mount }) => mount), anonymous: reader.anonymous };
}

class MountReader {
  readonly anonymous: Record<string, VolumeDefinition> = {};
  private readonly service: string;
  private readonly context: NormalizeContext;

  constructor(service: string, context: NormalizeContext) {
    this.service = service;
    this.context = context;
  }

  read(item: MountField): Mount[] {
    const { value } = item;
    return typeof value === 'string' ? this.readShort(item.as(value)) : this.readLong(item.as(value));
  }

  private readShort(item: Field<string>): Mount[] {
    const parsed = parseVolume(item.value);
    if ('problem' in parsed) {
      item.error('spec.bad-volume', `${quote(item.value)} is not a mount: ${parsed.problem}`);
      return [];
    }
    const target = this.target(item, parsed.target);
    if (target === undefined) return [];
    const readOnly = this.readOptions(item, parsed.options);
    const { source } = parsed;
    if (source === undefined || !isHostPath(source)) {
      this.checkDeclared(source, item);
      return [this.volume(source, target, readOnly)];
    }
    return [this.bind(source, { target, readOnly, createSource: true })];
  }

  private readLong(item: Field<MountAsWritten>): Mount[] {
    const { type, source, target: written } = item.value;
    if (type !== 'volume' && type !== 'bind' && type !== 'tmpfs') {
      item.get('type')?.error('spec.unsupported', `mounts of type ${quote(type)} are not supported`);
      return [];
    }
    if (written === undefined || written === null) {
      if (!item.isBroken('target')) item.error('spec.missing-key', 'the mount has no "target"');
      return [];
    }
    const target = this.target(item.get('target') ?? item, written);
    const readOnly = readBoolean(item.get('read_only')) ?? false;
    if (target === undefined) return [];
    if (type === 'tmpfs') return [this.tmpfs(item, target)];
    if (type === 'volume') {
      this.checkDeclared(source ?? undefined, item.get('source') ?? item);
      return [this.volume(source ?? undefined, target, readOnly)];
    }
    if (source === undefined || source === null) {
      if (!item.isBroken('source')) item.error('spec.missing-key', 'the bind mount has no "source"');
      return [];
    }
    const createSource = readBoolean(item.get('bind')?.get('create_host_path')) ?? true;
    return [this.bind(source, { target, readOnly, createSource })];
  }

  private readOptions(item: Field<string>, options: readonly string[]): boolean {
    const offset = item.value.lastIndexOf(':') + 1;
    for (const option of options) {
      const part = [offset + options.join(',').indexOf(option), option.length] as const;
      if (propagationOptions.has(option)) {
        item.error('spec.unsupported', `the mount option ${quote(option)} is not supported`, { part });
      } else if (option === 'z' || option === 'Z') {
        item.warn('spec.ignored', `the mount option ${quote(option)} is ignored: files keep their labels`, {
          part,
        });
      } else if (option !== 'ro' && !harmlessOptions.has(option)) {
        item.warn('spec.ignored', `the mount option ${quote(option)} is not known and ignored`, { part });
      }
    }
    return options.includes('ro');
  }

  private volume(source: string | undefined, target: string, readOnly: boolean): Mount {
    return { kind: 'volume', volume: source ?? this.addAnonymous(target), target, readOnly };
  }

  private checkDeclared(volume: string | undefined, field: Field<unknown>): void {
    const { volumes } = this.context.declared;
    if (volume === undefined || volumes.has(volume)) return;
    const hint = didYouMean(volume, volumes) ?? `add ${quote(volume)} under the top-level \`volumes\``;
    field.error('spec.unknown-volume', `the volume ${quote(volume)} is not declared`, {
      hint,
      part: [0, volume.length],
    });
  }

  private bind(source: string, rest: { target: string; readOnly: boolean; createSource: boolean }): Mount {
    // A directory made in place of a missing socket would break whoever makes the socket later.
    const createSource = rest.createSource && !source.endsWith('.sock');
    return { kind: 'bind', source: resolvePath(source, this.context), ...rest, createSource };
  }

  private tmpfs(item: Field<MountAsWritten>, target: string): Mount {
    const options = item.get('tmpfs');
    const sizeBytes = readSize(options?.get('size'));
    const mode = readMode(options?.get('mode'));
    return {
      kind: 'tmpfs',
      target,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(mode === undefined ? {} : { mode }),
    };
  }

  /** An anonymous volume belongs to the service and the place it is mounted at, so that it outlives a replacement. */
  private addAnonymous(target: string): string {
    const key = `${this.service}-${createHash('sha256').update(target).digest('hex').slice(0, 8)}`;
    this.anonymous[key] = { name: `${this.context.stackName}_${key}`, external: false, labels: {} };
    return key;
  }

  private target(field: Field<unknown>, path: string): string | undefined {
    const target = cleanContainerPath(path);
    if (target !== undefined && target !== '/') return target;
    const what = target === '/' ? 'the root directory' : 'not an absolute path';
    field.error('spec.bad-path', `the mount's target ${quote(path)} is ${what}`);
    return undefined;
  }
}
