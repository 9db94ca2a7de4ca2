/**
 * The parts of a stack file that are carried out, as they may be written: the shapes that `schemas/stack.schema.json`
 * lets through. Text and value are not yet told apart (`"3"` and `3`), short and long forms stand side by side.
 */

export type Text = string | number | boolean;
export type BooleanText = boolean | string;
export type NumberText = number | string;
/** `KEY=value` texts, or a mapping; a key without a value is one that has none yet. */
export type Pairs = readonly string[] | Readonly<Record<string, Text | null>>;
export type StringOrList = string | readonly NumberText[];

export interface StackAsWritten {
  readonly version?: Text | null;
  readonly name?: string | null;
  readonly services?: Readonly<Record<string, ServiceAsWritten>> | null;
  readonly networks?: Readonly<Record<string, NetworkAsWritten | null>> | null;
  readonly volumes?: Readonly<Record<string, VolumeAsWritten | null>> | null;
  readonly configs?: Readonly<Record<string, SourceAsWritten | null>> | null;
  readonly secrets?: Readonly<Record<string, SourceAsWritten | null>> | null;
}

export interface ServiceAsWritten {
  readonly build?: string | { readonly context?: string | null } | null;
  readonly cap_add?: readonly NumberText[] | null;
  readonly cap_drop?: readonly NumberText[] | null;
  readonly command?: CommandAsWritten | null;
  readonly configs?: readonly (string | GrantAsWritten)[] | null;
  readonly container_name?: string | null;
  readonly cpu_period?: NumberText | null;
  readonly cpu_quota?: NumberText | null;
  readonly cpu_shares?: NumberText | null;
  readonly cpus?: NumberText | null;
  readonly cpuset?: NumberText | null;
  readonly depends_on?: readonly string[] | Readonly<Record<string, DependencyAsWritten | null>> | null;
  readonly deploy?: DeployAsWritten | null;
  readonly entrypoint?: CommandAsWritten | null;
  readonly env_file?: string | readonly (string | EnvFileAsWritten)[] | null;
  readonly environment?: Pairs | null;
  readonly expose?: readonly NumberText[] | null;
  readonly extends?: unknown;
  readonly extra_hosts?: readonly string[] | Readonly<Record<string, string | readonly string[]>> | null;
  readonly healthcheck?: HealthCheckAsWritten | null;
  readonly hostname?: string | null;
  readonly image?: string | null;
  readonly init?: BooleanText | null;
  readonly label_file?: StringOrList | null;
  readonly labels?: Pairs | null;
  readonly links?: readonly NumberText[] | null;
  readonly logging?: {
    readonly driver?: string | null;
    readonly options?: {
      readonly mode?: string | null;
      readonly 'max-age'?: NumberText | null;
      readonly 'max-buffer-size'?: NumberText | null;
      readonly 'max-size'?: NumberText | null;
      readonly 'max-file'?: NumberText | null;
    } | null;
  } | null;
  readonly mem_limit?: NumberText | null;
  readonly mem_reservation?: NumberText | null;
  readonly memswap_limit?: NumberText | null;
  readonly network_mode?: string | null;
  readonly networks?: readonly string[] | Readonly<Record<string, AttachmentAsWritten | null>> | null;
  readonly pids_limit?: NumberText | null;
  readonly platform?: string | null;
  readonly ports?: readonly (NumberText | PortAsWritten)[] | null;
  readonly profiles?: readonly NumberText[] | null;
  readonly pull_policy?: string | null;
  readonly read_only?: BooleanText | null;
  readonly restart?: string | null;
  readonly runtime?: string | null;
  readonly scale?: NumberText | null;
  readonly secrets?: readonly (string | GrantAsWritten)[] | null;
  readonly shm_size?: NumberText | null;
  readonly stdin_open?: BooleanText | null;
  readonly stop_grace_period?: NumberText | null;
  readonly stop_signal?: Text | null;
  readonly sysctls?: Pairs | null;
  readonly tmpfs?: StringOrList | null;
  readonly tty?: BooleanText | null;
  readonly ulimits?: Readonly<Record<string, NumberText | UlimitAsWritten | null>> | null;
  readonly user?: Text | null;
  readonly volumes?: readonly (string | MountAsWritten)[] | null;
  readonly working_dir?: string | null;
  readonly 'x-tsorch'?: {
    readonly probes?: { readonly ready?: string | ProbeAsWritten | null } | null;
  } | null;
}

export interface ProbeAsWritten extends CheckTimesAsWritten {
  readonly http?: NumberText | null;
  readonly tcp?: NumberText | null;
  readonly grpc?: NumberText | null;
  readonly unix?: string | null;
  readonly exec?: CommandAsWritten | null;
  readonly address?: string | null;
  readonly path?: string | null;
  readonly method?: string | null;
  readonly headers?: Readonly<Record<string, Text | null>> | null;
  readonly status?: NumberText | null;
  readonly body?: string | null;
  readonly service?: string | null;
  readonly successes?: NumberText | null;
}

export type CommandAsWritten = string | readonly Text[];

export interface DependencyAsWritten {
  readonly condition?: 'service_started' | 'service_healthy' | 'service_completed_successfully' | null;
  readonly restart?: BooleanText | null;
  readonly required?: BooleanText | null;
}

export interface DeployAsWritten {
  readonly replicas?: NumberText | null;
  readonly placement?: { readonly max_replicas_per_node?: NumberText | null } | null;
  readonly resources?: ResourcesAsWritten | null;
  readonly restart_policy?: RestartPolicyAsWritten | null;
  readonly update_config?: UpdateConfigAsWritten | null;
}

export interface ResourcesAsWritten {
  readonly limits?: {
    readonly cpus?: NumberText | null;
    readonly memory?: NumberText | null;
    readonly pids?: NumberText | null;
  } | null;
  readonly reservations?: { readonly memory?: NumberText | null } | null;
}

export interface RestartPolicyAsWritten {
  readonly condition?: 'none' | 'on-failure' | 'any' | 'no' | 'always' | 'unless-stopped' | null;
  readonly max_attempts?: NumberText | null;
}

export interface UpdateConfigAsWritten {
  readonly order?: 'stop-first' | 'start-first' | null;
  readonly parallelism?: NumberText | null;
  readonly delay?: NumberText | null;
}

export interface EnvFileAsWritten {
  readonly path: string;
  readonly required?: BooleanText | null;
  readonly format?: string | null;
}

export interface CheckTimesAsWritten {
  readonly interval?: NumberText | null;
  readonly timeout?: NumberText | null;
  readonly retries?: NumberText | null;
  readonly start_period?: NumberText | null;
  readonly start_interval?: NumberText | null;
}

export interface HealthCheckAsWritten extends CheckTimesAsWritten {
  readonly test?: CommandAsWritten | null;
  readonly disable?: BooleanText | null;
}

export interface AttachmentAsWritten {
  readonly aliases?: readonly NumberText[] | null;
  readonly ipv4_address?: string | null;
  readonly priority?: NumberText | null;
}

export interface PortAsWritten {
  readonly target: NumberText;
  readonly published?: NumberText | null;
  readonly host_ip?: string | null;
  readonly protocol?: string | null;
}

export interface MountAsWritten {
  readonly type: 'volume' | 'bind' | 'tmpfs' | 'image' | 'npipe' | 'cluster';
  readonly source?: string | null;
  readonly target?: string | null;
  readonly read_only?: BooleanText | null;
  readonly bind?: { readonly create_host_path?: BooleanText | null } | null;
  readonly tmpfs?: { readonly size?: NumberText | null; readonly mode?: NumberText | null } | null;
}

export interface GrantAsWritten {
  readonly source?: string | null;
  readonly target?: string | null;
}

/** Where a config or secret comes from. */
export interface SourceAsWritten {
  readonly file?: string | null;
  readonly external?: ExternalAsWritten | null;
}

export interface UlimitAsWritten {
  readonly soft: NumberText;
  readonly hard: NumberText;
}

export type ExternalAsWritten = BooleanText | { readonly name?: string | null };

export interface NetworkAsWritten {
  readonly name?: string | null;
  readonly driver_opts?: Readonly<Record<string, Text>> | null;
  readonly ipam?: {
    readonly config?: readonly { readonly subnet?: string | null; readonly gateway?: string | null }[] | null;
  } | null;
  readonly external?: ExternalAsWritten | null;
  readonly internal?: BooleanText | null;
  readonly enable_ipv6?: BooleanText | null;
  readonly labels?: Pairs | null;
}

export interface VolumeAsWritten {
  readonly name?: string | null;
  readonly external?: ExternalAsWritten | null;
  readonly labels?: Pairs | null;
}
