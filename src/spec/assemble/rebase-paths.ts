import { isAbsolute, join } from 'node:path';
import type { MappingNode, SourceNode } from '../../lib/document/source-node.ts';
import { isHostPath } from '../formats/volume.ts';
import { changeEntry, mapEntries, sequenceAt, textOf } from './build-node.ts';

/** Relative paths of a whole document, made absolute: they belong to the directory of its own file. */
export function rebaseDocument(root: SourceNode, directory: string): SourceNode {
  if (root.kind !== 'mapping') return root;
  const inSource = (node: SourceNode) => inMember(node, 'file', (file) => rebaseText(file, directory));
  let document = changeEntry(root, 'services', (services) =>
    services.kind === 'mapping'
      ? mapEntries(services, (service) => rebaseService(service, directory))
      : services,
  );
  for (const key of ['configs', 'secrets']) {
    document = changeEntry(document, key, (node) =>
      node.kind === 'mapping' ? mapEntries(node, inSource) : node,
    );
  }
  return document;
}

/** The same for one service. */
export function rebaseService(node: SourceNode, directory: string): SourceNode {
  if (node.kind !== 'mapping') return node;
  const path = (value: SourceNode) => rebaseText(value, directory);
  let service: MappingNode = changeEntry(node, 'env_file', (value) =>
    eachItem(value, (item) => (item.kind === 'mapping' ? inMember(item, 'path', path) : path(item))),
  );
  service = changeEntry(service, 'label_file', (value) => eachItem(value, path));
  service = changeEntry(service, 'extends', (value) => inMember(value, 'file', path));
  service = changeEntry(service, 'build', (value) =>
    value.kind === 'mapping' ? inMember(value, 'context', path) : path(value),
  );
  return changeEntry(service, 'volumes', (value) => eachItem(value, (item) => rebaseVolume(item, directory)));
}

function rebaseVolume(item: SourceNode, directory: string): SourceNode {
  if (item.kind === 'mapping') {
    const isBind = textOf(item.entries.get('type')?.value) === 'bind';
    return isBind ? inMember(item, 'source', (source) => rebaseText(source, directory)) : item;
  }
  const text = textOf(item);
  if (item.kind !== 'scalar' || text === undefined) return item;
  const colon = text.indexOf(':');
  if (colon < 0 || !isHostPath(text)) return item;
  return { ...item, value: rebase(text.slice(0, colon), directory) + text.slice(colon) };
}

function rebaseText(node: SourceNode, directory: string): SourceNode {
  const text = textOf(node);
  // `https://...` and the like are no paths.
  if (node.kind !== 'scalar' || text === undefined || text.includes('://')) return node;
  return { ...node, value: rebase(text, directory) };
}

function rebase(path: string, directory: string): string {
  return path === '' || isAbsolute(path) || path.startsWith('~') ? path : join(directory, path);
}

function inMember(node: SourceNode, key: string, change: (value: SourceNode) => SourceNode): SourceNode {
  return node.kind === 'mapping' ? changeEntry(node, key, change) : node;
}

function eachItem(node: SourceNode, change: (item: SourceNode) => SourceNode): SourceNode {
  return node.kind === 'sequence' ? sequenceAt(node, node.items.map(change)) : change(node);
}
