/**
 * A stack as meant: read, interpolated, validated, defaults filled, units resolved. Plain JSON; keys of records are
 * names. What `spec/` makes of the files and what the planner starts from.
 */
export interface Stack {
  /** `[a-z0-9][a-z0-9_-]*` (Compose project name). */
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, NetworkDefinition>>;
  readonly volumes: Readonly<Record<string, VolumeDefinition>>;
}

/**
 * One service. Each field has a change class (`model/change-class.ts`) that says what its change costs a running container.
 * Optional means "as the image says" or "not limited".
 */
export interface Service {
  readonly name: string;
  /** Familiar form with its tag: `nginx:latest`, `registry.example/team/web:2.1` (model/image-reference). */
  readonly image: string;
  readonly pullPolicy: 'always' | 'missing' | 'never';
  /** Name of an OCI runtime in node.yaml; absent = our own. */
  readonly runtime?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** env_file and environment merged; the image's own variables are added when the container is created. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  readonly hostname?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
  readonly init: boolean;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  /** Names as the kernel has them: `CAP_NET_ADMIN`; `ALL` stands for every one. */
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly mounts: readonly Mount[];
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly sysctls: Readonly<Record<string, string>>;
  /** `host` -> address, appended to /etc/hosts. */
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly network: NetworkMode;
  readonly ports: readonly PublishedPort[];
  readonly dependsOn: readonly Dependency[];
  readonly restart: RestartPolicy;
  /** Absent = the image's, if it has one; `disabled` = none at all. */
  readonly healthCheck?: HealthCheck | { readonly kind: 'disabled' };
  /** Name as in signal(7) with `SIG`; absent = the image's, else SIGTERM. */
  readonly stopSignal?: string;
  readonly stopGraceMs: number;
  readonly replicas: number;
  readonly resources: Resources;
  /** Absent = the node's own limits. */
  readonly log?: LogSettings;
  readonly update: UpdatePolicy;
}

export type Mount =
  /** Named volume; `volume` is a key of `Stack.volumes`. */
  | { readonly kind: 'volume'; readonly volume: string; readonly target: string; readonly readOnly: boolean }
  /** `source` is absolute. */
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly createSource: boolean;
    }
  | {
      readonly kind: 'tmpfs';
      readonly target: string;
      readonly sizeBytes?: number;
      /** Permission bits, e.g. 0o1777. */
      readonly mode?: number;
    };

export type NetworkMode =
  | { readonly kind: 'networks'; readonly attachments: readonly NetworkAttachment[] }
  | { readonly kind: 'host' }
  | { readonly kind: 'none' };

/** In declared order: the first is eth0. */
export interface NetworkAttachment {
  /** Key of `Stack.networks`. */
  readonly network: string;
  readonly aliases: readonly string[];
  readonly ipv4Address?: string;
}

export interface PublishedPort {
  readonly protocol: 'tcp' | 'udp';
  /** Absent = all addresses of the host, IPv4 and IPv6. */
  readonly hostAddress?: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

export interface Dependency {
  readonly service: string;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  /** `restart: true` of Compose: a new task of the dependency restarts this service. */
  readonly restart: boolean;
  readonly required: boolean;
}

export type RestartPolicy =
  | { readonly kind: 'no' }
  | { readonly kind: 'always' }
  | { readonly kind: 'unless-stopped' }
  | { readonly kind: 'on-failure'; readonly maxAttempts?: number };

/** What is asked of a container, and how often; Compose's `healthcheck` is of kind exec. The shim gets it as it is. */
export type HealthCheck = Check & CheckTimes;

export interface CheckTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row that make it unhealthy. */
  readonly retries: number;
  /** Successes in a row that make it healthy; absent = 1. */
  readonly successes?: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
}

export type Check =
  /** Program and arguments; the shell form has become `["/bin/sh", "-c", text]`. Passes with exit code 0. */
  | { readonly kind: 'exec'; readonly args: readonly string[] }
  /** Passes when a connection comes about. */
  | { readonly kind: 'connect'; readonly to: CheckEndpoint }
  | {
      readonly kind: 'http';
      readonly to: CheckEndpoint;
      readonly method: string;
      /** Path and query. */
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      /** Lowest and highest status that passes. */
      readonly status: readonly [lowest: number, highest: number];
      /** Text that must be in the first 4 KiB of the body. */
      readonly body?: string;
    }
  /** Passes when `grpc.health.v1.Health/Check` answers SERVING; an empty service is the server as a whole. */
  | { readonly kind: 'grpc'; readonly to: CheckEndpoint; readonly service: string };

/** As the container sees it. Without an address: its loopback addresses, then that of eth0. */
export type CheckEndpoint =
  | { readonly port: number; readonly address?: string }
  | { readonly socket: string };

export interface Resources {
  readonly memoryBytes?: number;
  readonly memoryReservationBytes?: number;
  /** Memory plus swap, as Compose counts it; -1 = unlimited swap. */
  readonly memorySwapBytes?: number;
  /** Cores: 0.5 = half of one. */
  readonly cpus?: number;
  readonly cpuShares?: number;
  readonly cpuset?: string;
  readonly pids?: number;
}

/** How much of the output is kept, and what happens when it cannot be. */
export interface LogSettings {
  /** Absent: files of the node. */
  readonly driver?: 'none';
  /** Size at which a file is put aside; 0 = never. */
  readonly maxBytes?: number;
  /** Files kept, the one that is written included; at least 1. */
  readonly maxFiles?: number;
  /** A file this old is put aside before it is written again. */
  readonly maxAgeMs?: number;
  /** What a full disk does: the container waits (absent), or the oldest output is lost and counted. */
  readonly whenFull?: 'drop';
  /** Output kept in memory for a full disk, with `drop`. */
  readonly bufferBytes?: number;
}

export interface UpdatePolicy {
  readonly order: 'stop-first' | 'start-first';
  /** Slots at a time; 0 = all at once. */
  readonly parallelism: number;
  readonly delayMs: number;
}

export interface NetworkDefinition {
  /** Name on the host: `shop_default`, or as `name:` says. */
  readonly name: string;
  readonly external: boolean;
  readonly internal: boolean;
  /** CIDR; absent = the planner leases one from the node's pool. */
  readonly subnet?: string;
  readonly gateway?: string;
  readonly mtu?: number;
  readonly enableIpv6: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

export interface VolumeDefinition {
  /** Name on the host: `shop_data`, or as `name:` says. */
  readonly name: string;
  readonly external: boolean;
  readonly labels: Readonly<Record<string, string>>;
}
