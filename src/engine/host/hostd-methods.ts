import type { ContainerStats } from '../../model/container-stats.ts';
import type { ExitRecordBody } from './shim-methods.ts';

/** Calls of hostd, as schemas/protocol/hostd.md lists them. */
export interface HostdMethods {
  readonly 'shim.spawn': {
    readonly params: { readonly id: string; readonly start?: { readonly task: number } };
    readonly result: { readonly shimPid: number; readonly pid?: number; readonly startedAt?: number };
  };
  readonly 'shim.list': {
    readonly params: Empty;
    readonly result: { readonly shims: readonly ListedShim[] };
  };
  readonly 'container.remove': { readonly params: { readonly id: string }; readonly result: Empty };
  readonly 'container.stats': {
    readonly params: { readonly after?: string };
    readonly result: {
      readonly containers: readonly (ContainerStats & { readonly id: string })[];
      /** There are more, behind this id. */
      readonly next?: string;
    };
  };
  readonly 'node.sweep': {
    readonly params: { readonly containers: readonly string[]; readonly networks: readonly string[] };
    readonly result: { readonly removed: readonly string[] };
  };
  readonly 'node.shutdown': { readonly params: { readonly force?: boolean }; readonly result: Empty };
  readonly 'layer.unpack': {
    readonly params: {
      readonly blob: string;
      readonly size: number;
      readonly mediaType: string;
      readonly diffId?: string;
    };
    readonly result: { readonly diffId: string; readonly entries: number; readonly sizeBytes: number };
  };
  readonly 'layer.remove': { readonly params: { readonly diffId: string }; readonly result: Empty };
  readonly 'net.ensure': {
    readonly params: NetworkParams;
    readonly result: { readonly bridge: string; readonly subnet: string; readonly gateway: string };
  };
  readonly 'net.remove': { readonly params: { readonly name: string }; readonly result: Empty };
  readonly 'net.attach': {
    readonly params: {
      readonly id: string;
      readonly stack: string;
      readonly attachments: readonly AttachmentParams[];
    };
    readonly result: { readonly netns: string; readonly interfaces: readonly InterfaceBody[] };
  };
  readonly 'net.detach': { readonly params: { readonly id: string }; readonly result: Empty };
  readonly 'net.switch': { readonly params: SwitchParams; readonly result: Empty };
  readonly 'net.checkPorts': {
    readonly params: { readonly owner: string; readonly ports: readonly HostPort[] };
    readonly result: { readonly conflicts: readonly (HostPort & { readonly holder: string })[] };
  };
  readonly 'net.dump': { readonly params: Empty; readonly result: NetworkDump };
}

export type Empty = Readonly<Record<string, never>>;

export interface ListedShim {
  readonly id: string;
  readonly alive: boolean;
  readonly shimPid?: number;
  readonly exit?: ExitRecordBody;
}

export interface NetworkParams {
  readonly name: string;
  readonly stack?: string;
  readonly subnet: string;
  readonly gateway?: string;
  readonly internal: boolean;
  readonly mtu?: number;
  readonly enableIpv6: boolean;
}

export interface AttachmentParams {
  readonly network: string;
  readonly interface: string;
  readonly address?: string;
}

export interface InterfaceBody {
  readonly network: string;
  readonly interface: string;
  readonly mac: string;
  /** With prefix length: `10.201.0.2/24`. */
  readonly addresses: readonly string[];
  readonly gateway?: string;
}

export interface HostPort {
  readonly protocol: 'tcp' | 'udp';
  readonly hostAddress?: string;
  readonly hostPort: number;
}

export interface PortMapping extends HostPort {
  readonly targets: readonly { readonly address: string; readonly port: number }[];
}

export interface NameRecord {
  readonly network: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface SwitchParams {
  readonly owner: string;
  readonly digest: string;
  readonly ready?: readonly string[];
  readonly names: readonly NameRecord[];
  readonly ports: readonly PortMapping[];
}

export interface NetworkDump {
  readonly networks: readonly {
    readonly name: string;
    readonly stack?: string;
    readonly bridge: string;
    readonly subnet: string;
    readonly gateway: string;
    readonly internal: boolean;
    readonly attachments: number;
  }[];
  readonly attachments: readonly { readonly id: string; readonly interfaces: readonly InterfaceBody[] }[];
  readonly owners: readonly {
    readonly owner: string;
    readonly digest: string;
    readonly ready?: readonly string[];
  }[];
  readonly hostSubnets: readonly string[];
}
