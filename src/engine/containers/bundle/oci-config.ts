/** The parts of the OCI runtime configuration (runtime-spec, config.md and config-linux.md) that we write. */
export interface OciConfig {
  readonly ociVersion: string;
  readonly process: OciProcess;
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname: string;
  readonly mounts: readonly OciMount[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly linux: OciLinux;
}

export interface OciProcess {
  readonly terminal: boolean;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: OciCapabilities;
  readonly rlimits: readonly OciRlimit[];
  readonly noNewPrivileges: boolean;
}

export interface OciCapabilities {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
}

/** Limits are unsigned 64-bit; bigint, since "unlimited" is beyond what a number holds exactly. */
export interface OciRlimit {
  readonly type: string;
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

export interface OciLinux {
  readonly namespaces: readonly OciNamespace[];
  readonly cgroupsPath: string;
  readonly resources: OciResources;
  readonly sysctl: Readonly<Record<string, string>>;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}

export interface OciNamespace {
  readonly type: 'pid' | 'mount' | 'uts' | 'ipc' | 'cgroup' | 'network';
  /** Joined when given, made when absent. */
  readonly path?: string;
}

export interface OciResources {
  readonly devices?: readonly OciDeviceRule[];
  readonly memory?: { readonly limit?: number; readonly reservation?: number; readonly swap?: number };
  readonly cpu?: {
    readonly shares?: number;
    readonly quota?: number;
    readonly period?: number;
    readonly cpus?: string;
  };
  readonly pids?: { readonly limit: number };
}

export interface OciDeviceRule {
  readonly allow: boolean;
  readonly type?: 'c' | 'b';
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

/**
 * JSON with bigints as plain digits, which `JSON.stringify` cannot write: they are put in as marked texts, with a mark that
 * occurs nowhere in the document, and unquoted afterwards.
 */
export function stringifyConfig(config: OciConfig): string {
  const plain = JSON.stringify(config, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value));
  let mark = 'u64:';
  while (plain.includes(mark)) mark = `u${mark}`;
  const marked = JSON.stringify(config, (_, value: unknown) =>
    typeof value === 'bigint' ? `${mark}${value}` : value,
  );
  return marked.replaceAll(new RegExp(`"${mark}(\\d+)"`, 'g'), '$1');
}
