import { dirname, isAbsolute, join } from 'node:path';
import type { MappingNode, SourceNode } from '../../lib/document/source-node.ts';
import { quote } from '../field.ts';
import { didYouMean } from '../suggest.ts';
import { type Assembly, displayName, readDocuments } from './assembly.ts';
import { changeEntry, mapEntries, textOf, withoutEntry } from './build-node.ts';
import { mergeNodes } from './merge-nodes.ts';
import { serviceMergeRules } from './merge-rules.ts';
import { rebaseService } from './rebase-paths.ts';

export interface ExtendsPlace {
  /** Where the `file` of an `extends`, and the paths of the services, start. */
  readonly directory: string;
  readonly path: string;
  readonly interpolate: (node: SourceNode) => SourceNode;
  readonly assembly: Assembly;
  /** Services of the files opened so far, interpolated, by path. */
  readonly opened: Map<string, MappingNode>;
}

const maxChain = 16;

/** Puts each service over the one that it `extends`, here or in another file, however long the chain. */
export function resolveExtends(document: MappingNode, place: ExtendsPlace): MappingNode {
  const services = document.entries.get('services')?.value;
  if (
    services?.kind !== 'mapping' ||
    ![...services.entries.values()].some(({ value }) => hasExtends(value))
  ) {
    return document;
  }
  const resolve = (service: SourceNode, name: string) =>
    resolveService(service, { name, services, place, chain: [] });
  return changeEntry(document, 'services', () => mapEntries(services, resolve));
}

interface ServicePlace {
  readonly name: string;
  readonly services: MappingNode;
  readonly place: ExtendsPlace;
  readonly chain: readonly string[];
}

function resolveService(service: SourceNode, at: ServicePlace): SourceNode {
  const extend = service.kind === 'mapping' ? service.entries.get('extends')?.value : undefined;
  if (service.kind !== 'mapping' || extend === undefined) return service;
  const base = findBase(extend, at);
  // What could not be resolved stays: its form is for the schema to judge, and a missing image is no news.
  if (base === 'malformed' || base === undefined) return service;
  const own = withoutEntry(service, 'extends');
  return mergeNodes(base, own, serviceMergeRules, at.place.assembly.problems);
}

function findBase(extend: SourceNode, at: ServicePlace): MappingNode | 'malformed' | undefined {
  const name =
    textOf(extend) ?? (extend.kind === 'mapping' ? textOf(extend.entries.get('service')?.value) : undefined);
  if (name === undefined) return 'malformed';
  const fileNode = extend.kind === 'mapping' ? extend.entries.get('file')?.value : undefined;
  const file = textOf(fileNode);
  const { place } = at;
  const own = `${place.path}#${at.name}`;
  const chain = [...at.chain, own];
  const source = file === undefined ? at : openFile(file, fileNode ?? extend, place);
  if (source === undefined) return undefined;
  const next = `${source.place.path}#${name}`;
  if (chain.includes(next) || chain.length > maxChain) {
    const names = [...chain.slice(chain.indexOf(next)), next].map((link) =>
      link.slice(link.indexOf('#') + 1),
    );
    report(place.assembly, 'spec.extends-cycle', extend, `${names.join(' -> ')} extend each other`);
    return undefined;
  }
  const base = source.services.entries.get(name)?.value;
  if (base?.kind !== 'mapping') {
    const message = `service ${quote(at.name)} extends ${quote(name)}, which is not in ${displayName(place.assembly, source.place.path)}`;
    const hint = didYouMean(name, source.services.entries.keys());
    place.assembly.problems.add({ code: 'spec.unknown-service', message, at: extend, hint });
    return undefined;
  }
  const resolved = resolveService(base, { name, services: source.services, place: source.place, chain });
  const isElsewhere = source.place.directory !== place.directory;
  const moved = isElsewhere ? rebaseService(resolved, source.place.directory) : resolved;
  return moved.kind === 'mapping' ? moved : undefined;
}

function openFile(
  file: string,
  at: SourceNode,
  place: ExtendsPlace,
): { readonly services: MappingNode; readonly place: ExtendsPlace } | undefined {
  const { assembly } = place;
  if (file.includes('://')) {
    report(assembly, 'spec.remote-unsupported', at, `${quote(file)} is not on this host`);
    return undefined;
  }
  const path = isAbsolute(file) ? file : join(place.directory, file);
  const services = place.opened.get(path) ?? readServices(path, at, place);
  if (services === undefined) return undefined;
  place.opened.set(path, services);
  return { services, place: { ...place, directory: dirname(path), path } };
}

function readServices(
  path: string,
  at: SourceNode,
  { assembly, interpolate }: ExtendsPlace,
): MappingNode | undefined {
  for (const document of readDocuments(assembly, { path, namedAt: at })) {
    const services = document.kind === 'mapping' ? document.entries.get('services')?.value : undefined;
    const settled = services === undefined ? undefined : interpolate(services);
    if (settled?.kind === 'mapping') return settled;
  }
  return undefined;
}

function report(
  assembly: Assembly,
  code: 'spec.extends-cycle' | 'spec.remote-unsupported',
  at: SourceNode,
  message: string,
): void {
  assembly.problems.add({ code, message, at });
}

function hasExtends(service: SourceNode): boolean {
  return service.kind === 'mapping' && service.entries.has('extends');
}
