import type { NetworkDefinition, Service, Stack, VolumeDefinition } from '../../model/stack.ts';
import type { NormalizeContext } from './context.ts';
import { implicitNetwork, normalizeNetworkDefinition, normalizeVolumeDefinition } from './definitions.ts';
import { readLinks } from './links.ts';
import { normalizeService } from './service.ts';

/** The whole stack as meant. Networks and volumes that no service uses are left out, as in Compose. */
export function normalizeStack(context: NormalizeContext): Stack {
  const { root } = context;
  const fields = (root.get('services')?.entries() ?? []).flatMap(([name, field]) => {
    const { value } = field;
    const counts = context.declared.services.has(name) && value !== null && value !== undefined;
    return counts ? [[name, field.as(value)] as const] : [];
  });
  const services: Record<string, Service> = {};
  const volumes: Record<string, VolumeDefinition> = {};
  for (const [name, field] of fields) {
    const { service, anonymousVolumes } = normalizeService(field, context);
    services[name] = service;
    Object.assign(volumes, anonymousVolumes);
  }
  const linked = withLinkAliases(
    services,
    fields.flatMap(([name, field]) => readLinks(field).map((link) => ({ ...link, from: name }))),
  );
  const used = usedNames(Object.values(linked));
  for (const [key, field] of root.get('volumes')?.entries() ?? []) {
    const definition = normalizeVolumeDefinition(field, context);
    if (used.volumes.has(key)) volumes[key] = definition;
  }
  return {
    name: context.stackName,
    services: linked,
    networks: usedNetworks(used.networks, context),
    volumes,
  };
}

function usedNetworks(
  used: ReadonlySet<string>,
  context: NormalizeContext,
): Record<string, NetworkDefinition> {
  const { root } = context;
  const networks: Record<string, NetworkDefinition> = {};
  if (used.has('default')) networks['default'] = implicitNetwork('default', context);
  for (const [key, field] of root.get('networks')?.entries() ?? []) {
    const definition = normalizeNetworkDefinition(field, context);
    if (used.has(key)) networks[key] = definition;
  }
  return networks;
}

function usedNames(services: readonly Service[]): { networks: Set<string>; volumes: Set<string> } {
  const networks = services.flatMap(({ network }) =>
    network.kind === 'networks' ? network.attachments.map((attachment) => attachment.network) : [],
  );
  const volumes = services.flatMap(({ mounts }) =>
    mounts.flatMap((mount) => (mount.kind === 'volume' ? mount.volume : [])),
  );
  return { networks: new Set(networks), volumes: new Set(volumes) };
}

/** `links: db:database` makes `database` another name of `db` on the networks that both are on. */
function withLinkAliases(
  services: Record<string, Service>,
  links: readonly { readonly from: string; readonly service: string; readonly alias: string }[],
): Record<string, Service> {
  const result = { ...services };
  for (const { from, service: to, alias } of links) {
    const target = result[to];
    const own = result[from]?.network;
    if (
      target === undefined ||
      alias === to ||
      own?.kind !== 'networks' ||
      target.network.kind !== 'networks'
    )
      continue;
    const shared = new Set(own.attachments.map(({ network }) => network));
    const attachments = target.network.attachments.map((attachment) =>
      shared.has(attachment.network)
        ? { ...attachment, aliases: [...new Set([...attachment.aliases, alias])] }
        : attachment,
    );
    result[to] = { ...target, network: { kind: 'networks', attachments } };
  }
  return result;
}
