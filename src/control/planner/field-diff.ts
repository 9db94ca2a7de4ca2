import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { ContainerSpec } from '../../model/container-spec.ts';
import type { Cause } from '../../model/plan.ts';
import type { Service } from '../../model/stack.ts';

const longestValue = 80;

/** Only the planner reads these, so their change makes no container different. */
const unseen: readonly (keyof Service)[] = [
  'name',
  'pullPolicy',
  'dependsOn',
  'restart',
  'stopSignal',
  'stopGraceMs',
  'replicas',
  'update',
];

/**
 * What differs between two specs of a slot, field by field. Values of environment variables become tags: the same value
 * has the same tag, and nobody without the key can try values.
 */
export function diffSpecs(from: ContainerSpec, to: ContainerSpec, tagKey: string): readonly Cause[] {
  const causes: Cause[] = [];
  if (from.image.manifest !== to.image.manifest || from.image.reference !== to.image.reference)
    causes.push({ kind: 'field', path: 'image', from: describeImage(from), to: describeImage(to) });
  const [before, after] = [shownFields(from.definition), shownFields(to.definition)];
  for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
    diffValue([name], before[name], after[name], { causes, tagKey });
  for (const kind of ['networks', 'volumes'] as const)
    diffValue([kind], from[kind], to[kind], { causes, tagKey });
  if (from.nonce !== to.nonce) causes.push({ kind: 'operator', what: 'recreate' });
  return causes.length > 0 ? causes : [{ kind: 'drift', what: 'definition' }];
}

function shownFields(service: Service): Readonly<Record<string, unknown>> {
  const { image: _, ...fields } = service;
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => !unseen.includes(name as keyof Service)),
  );
}

interface DiffSink {
  readonly causes: Cause[];
  readonly tagKey: string;
}

function diffValue(path: readonly string[], from: unknown, to: unknown, sink: DiffSink): void {
  if (canonicalJson(from) === canonicalJson(to)) return;
  if (isRecord(from) && isRecord(to)) {
    for (const key of [...new Set([...Object.keys(from), ...Object.keys(to)])].sort())
      diffValue([...path, key], from[key], to[key], sink);
    return;
  }
  if (isRecordList(from) && isRecordList(to)) {
    for (let index = 0; index < Math.max(from.length, to.length); index++)
      diffValue([...path, String(index)], from[index], to[index], sink);
    return;
  }
  if (path[0] === 'environment' && path.length === 1) {
    diffValue(path, from ?? {}, to ?? {}, sink);
    return;
  }
  const show = path[0] === 'environment' ? (value: unknown) => secretTag(value, sink.tagKey) : describeValue;
  sink.causes.push({
    kind: 'field',
    path: path.join('.'),
    ...(from === undefined ? {} : { from: show(from) }),
    ...(to === undefined ? {} : { to: show(to) }),
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** 6 hex digits. */
function secretTag(value: unknown, key: string): string {
  return createHmac('sha256', key).update(String(value)).digest('hex').slice(0, 6);
}

function describeImage({ image: { reference, manifest } }: ContainerSpec): string {
  return `${reference} (${manifest.slice(0, 'sha256:'.length + 8)})`;
}

function describeValue(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}..` : text;
}

/** Mounts, ports and the like: told item by item. */
function isRecordList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isRecord);
}
