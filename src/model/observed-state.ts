import type { EpochMs } from './brand.ts';
import type { ContainerSpec } from './container-spec.ts';
import type { Digest } from './digest.ts';
import type { ErrorCode } from './error-code.ts';
import type { ServiceKey } from './identity.ts';

/** One consistent look at what is really there of one stack; made afresh for each round. */
export interface ObservedState {
  readonly at: EpochMs;
  readonly bootId: string;
  readonly containers: readonly ObservedContainer[];
  /** All networks of the node, also those of other stacks. */
  readonly networks: readonly ObservedNetwork[];
  /** All named volumes of the node. */
  readonly volumes: readonly ObservedVolume[];
  /** Manifest digests whose layers are all unpacked and ready to be mounted. */
  readonly imagesReady: readonly Digest[];
  /** Wanted images that the node's trust policy lets nobody start. What runs of them goes on. */
  readonly imagesRefused: readonly RefusedImage[];
  /** What each service of the stack publishes and answers to right now. */
  readonly endpoints: Readonly<Record<ServiceKey, ObservedEndpoints>>;
  /** Wanted host ports that somebody else holds. */
  readonly portConflicts: readonly PortConflict[];
  /** CIDRs of the host's routes and addresses that are not our networks': not available to new networks. */
  readonly takenSubnets: readonly string[];
}

/**
 * - `partial`: some of its parts (a crash); `createContainer` completes it
 * - `created`: all parts, no task yet
 * - `exited`: the last task ended, exit record at hand
 * - `lost`: nobody saw the task end (shim and hostd died together)
 */
export type ContainerPhase =
  | 'partial'
  | 'created'
  | 'starting'
  | 'running'
  | 'paused'
  | 'stopping'
  | 'exited'
  | 'lost';

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface ObservedContainer {
  readonly spec: ContainerSpec;
  readonly phase: ContainerPhase;
  /** The present task, or the last one. */
  readonly task?: { readonly number: number; readonly startedAt: EpochMs; readonly pid?: number };
  /** The process that watched the task was killed, and another one watches it since then. */
  readonly adoptedAt?: EpochMs;
  readonly exit?: ExitRecord;
  readonly health: Health;
  /** Epoch ms since `health` has its value. */
  readonly healthSince?: EpochMs;
  /** Output of the last probe, at most 4 KiB. */
  readonly lastProbeOutput?: string;
  /** The last five probes of the present task, oldest first. */
  readonly probes?: readonly PastProbe[];
  /** Why its log cannot be written: a full disk, and unless it may lose output it waits. */
  readonly logBlocked?: string;
  /** Host name of the network -> addresses without prefix length, IPv4 first. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

export interface PastProbe {
  /** Its beginning. */
  readonly at: EpochMs;
  readonly durationMs: number;
  readonly outcome: 'passed' | 'failed' | 'timedOut';
  /** Exit code of a program, HTTP status, or gRPC status. */
  readonly code?: number;
  /** At most 512 bytes. */
  readonly output?: string;
}

/** The shim's record of an ended task (schemas/protocol/shim.md). */
export interface ExitRecord {
  readonly task: number;
  readonly startedAt: EpochMs;
  readonly exitedAt: EpochMs;
  /** 0-255; 128 + signal when killed by one. */
  readonly code: number;
  readonly signal?: number;
  readonly oomKilled: boolean;
  /** Processes of the container that the kernel killed for lack of memory. */
  readonly oomKills?: number;
  readonly coreDumped?: boolean;
  /** What the first process and those it waited for have used: microseconds, KiB. */
  readonly usage?: { readonly userUs: number; readonly sysUs: number; readonly maxRssKb: number };
  /** False: something outside the container holds its output open, or the disk was full: the log may lack its end. */
  readonly drained?: boolean;
  readonly reason: 'exited' | 'startError' | 'monitorLost';
  /** Only with `startError`. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ObservedNetwork {
  /** Name on the host: `shop_default`. */
  readonly name: string;
  readonly stack?: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly bridge: string;
  readonly internal: boolean;
  readonly attachments: number;
}

export interface ObservedVolume {
  readonly name: string;
  readonly stack?: string;
}

export interface ObservedEndpoints {
  /** Ids of the containers that receive published ports and DNS names. */
  readonly ready: readonly string[];
  /** Digest of the whole `switchEndpoints` request in force; compared, never parsed. */
  readonly digest: string;
}

export interface RefusedImage {
  /** As the stack has it. */
  readonly reference: string;
  readonly manifest: Digest;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly hint?: string;
}

export interface PortConflict {
  readonly service: string;
  readonly protocol: 'tcp' | 'udp';
  readonly hostAddress?: string;
  readonly hostPort: number;
  /** For people: `nginx (pid 812)`, or `stack "blog", service "web"`. */
  readonly holder: string;
}
