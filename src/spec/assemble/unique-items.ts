import type { MappingNode, SourceNode } from '../../lib/document/source-node.ts';
import { parsePort } from '../formats/port.ts';
import { parseVolume } from '../formats/volume.ts';
import { cleanContainerPath } from '../normalize/context.ts';
import { changeEntry, mapEntries, sequenceAt, textOf } from './build-node.ts';

type KeyOf = (item: SourceNode) => string | undefined;

/** What makes two items of a list the same thing, so that the later takes the place of the earlier. */
const keys: Readonly<Record<string, KeyOf>> = {
  volumes: (item) => targetKey(item, volumeTarget),
  devices: (item) => targetKey(item, (text) => text.split(':')[1] ?? text),
  secrets: grantKey,
  configs: grantKey,
  ports: portKey,
  env_file: (item) => textOf(item) ?? memberText(item, 'path'),
  expose: valueKey,
  cap_add: valueKey,
  cap_drop: valueKey,
  profiles: valueKey,
  links: valueKey,
};

/** Lists of things that exist once: a later item with the same key replaces the earlier (Compose, "Unique resources"). */
export function uniqueItems(root: MappingNode): MappingNode {
  return changeEntry(root, 'services', (services) =>
    services.kind === 'mapping' ? mapEntries(services, uniqueInService) : services,
  );
}

function uniqueInService(node: SourceNode): SourceNode {
  if (node.kind !== 'mapping') return node;
  let service: MappingNode = node;
  for (const [key, keyOf] of Object.entries(keys)) {
    const list = service.entries.get(key)?.value;
    if (list?.kind !== 'sequence' || list.items.length < 2) continue;
    const items = unique(list.items, keyOf);
    if (items.length < list.items.length) service = changeEntry(service, key, () => sequenceAt(list, items));
  }
  return service;
}

function unique(items: readonly SourceNode[], keyOf: KeyOf): SourceNode[] {
  const found = new Map<string, SourceNode>();
  for (const [index, item] of items.entries()) found.set(keyOf(item) ?? `#${index}`, item);
  return [...found.values()];
}

function valueKey(item: SourceNode): string | undefined {
  return item.kind === 'scalar' ? `=${item.value}` : undefined;
}

function grantKey(item: SourceNode): string | undefined {
  const target = memberText(item, 'target') ?? textOf(item) ?? memberText(item, 'source');
  return target?.replace(/^\/run\/secrets\//, '');
}

function targetKey(item: SourceNode, ofText: (text: string) => string | undefined): string | undefined {
  const text = textOf(item);
  const target = text === undefined ? memberText(item, 'target') : ofText(text);
  return target === undefined ? undefined : (cleanContainerPath(target) ?? target);
}

function volumeTarget(text: string): string | undefined {
  const parsed = parseVolume(text);
  return 'target' in parsed ? parsed.target : undefined;
}

function portKey(item: SourceNode): string | undefined {
  if (item.kind === 'scalar') {
    const parsed = parsePort(String(item.value));
    return 'mappings' in parsed ? JSON.stringify(parsed.mappings) : undefined;
  }
  const [target, published] = [memberText(item, 'target'), memberText(item, 'published')];
  const address = memberText(item, 'host_ip');
  const parsed = parsePort(
    `${address === undefined ? '' : `[${address}]:`}${published ?? ''}:${target ?? ''}`,
  );
  const protocol = memberText(item, 'protocol') ?? 'tcp';
  return 'mappings' in parsed
    ? JSON.stringify(parsed.mappings.map((port) => ({ ...port, protocol })))
    : undefined;
}

function memberText(item: SourceNode, key: string): string | undefined {
  const value = item.kind === 'mapping' ? item.entries.get(key)?.value : undefined;
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}
