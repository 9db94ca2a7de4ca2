import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { defaultRoot, defaultRunDir, type NodePaths, nodePaths } from './paths.ts';

/** How this node is set up: flags > environment > node.yaml > defaults. */
export interface NodeConfig {
  readonly paths: NodePaths;
  /** Watched directory of stack files. */
  readonly stacksDir?: string;
  readonly runtimes: Readonly<Record<string, RuntimeConfig>>;
  /** By domain; files are not read yet. */
  readonly registries: Readonly<Record<string, RegistryConfig>>;
  /** How registries are reached. */
  readonly proxy: ProxyConfig;
  /** Where `docker login` and containers' tools keep credentials; the first that knows a registry wins. */
  readonly credentialFiles: readonly string[];
  /** File that says which images may run. `mustExist`: somebody named it; else a node without it accepts all. */
  readonly trustPolicy: { readonly path: string; readonly mustExist: boolean };
  readonly metricsListen?: string;
  /** Absent: images stay until somebody removes them. In percent of their file system. */
  readonly diskPressure?: { readonly high: number; readonly low: number };
  /** The native binary, which answers to several names. */
  readonly nativeProgram: string;
  /** hostd is started, and started again, by somebody else (systemd); the daemon only waits for it. */
  readonly waitsForHostd: boolean;
  /**
   * Existing control group below which those of the containers are made, like `/a/b`; hostd is told the same. Absent: one of
   * the node's own at the root of each hierarchy.
   */
  readonly cgroupParent?: string;
}

export interface RuntimeConfig {
  readonly path: string;
  readonly args: readonly string[];
}

export interface ProxyConfig {
  readonly http?: string;
  readonly https?: string;
  /** Who is reached without. */
  readonly exclude?: readonly string[];
}

/** How to speak to one registry. */
export interface RegistryConfig {
  readonly insecure?: boolean;
  /** PEM files. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly mirrors?: readonly { readonly location: string; readonly tags?: boolean }[];
}

/** node.yaml as written, already checked against schemas/node-config.schema.json. */
export interface NodeConfigFile {
  readonly root?: string;
  readonly runDir?: string;
  readonly stacksDir?: string;
  readonly runtimes?: Readonly<Record<string, { readonly path: string; readonly args?: readonly string[] }>>;
  readonly registries?: Readonly<Record<string, RegistryConfig>>;
  readonly proxy?: ProxyConfig;
  readonly trustPolicy?: string;
  readonly metrics?: { readonly listen?: string };
  readonly images?: { readonly pressure?: { readonly high?: number; readonly low?: number } };
}

export interface NodeConfigSources {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: NodeConfigFile;
  /** `--wait-for-hostd`. */
  readonly waitsForHostd?: boolean;
  /** Directory of the running program, where the native binary stands too. */
  readonly programDir: string;
}

export const defaultConfigFile = '/etc/tsorch/node.yaml';
const defaultTrustPolicy = '/etc/tsorch/trust.yaml';

export function resolveNodeConfig(sources: NodeConfigSources): NodeConfig {
  const { flags, environment, file, programDir } = sources;
  const root = flags['root'] ?? environment['TSORCH_ROOT'] ?? file.root ?? defaultRoot;
  const runDir = flags['run-dir'] ?? environment['TSORCH_RUN_DIR'] ?? file.runDir ?? defaultRunDir;
  const stacksDir = flags['stacks-dir'] ?? environment['TSORCH_STACKS_DIR'] ?? file.stacksDir;
  const metricsListen =
    flags['metrics-listen'] ?? environment['TSORCH_METRICS_LISTEN'] ?? file.metrics?.listen;
  const trustPolicy = environment['TSORCH_TRUST_POLICY'] ?? file.trustPolicy;
  const paths = nodePaths(root, runDir);
  const cgroupParent = flags['cgroup-parent'];
  return {
    paths,
    runtimes: { ...installedRuntimes(), ...configuredRuntimes(file) },
    registries: file.registries ?? {},
    proxy: proxyOf(environment, file),
    credentialFiles: credentialFiles(environment),
    trustPolicy: { path: trustPolicy ?? defaultTrustPolicy, mustExist: trustPolicy !== undefined },
    nativeProgram: environment['TSORCH_RT'] ?? join(programDir, 'tsorch-rt'),
    waitsForHostd: sources.waitsForHostd ?? false,
    ...(cgroupParent === undefined ? {} : { cgroupParent }),
    ...(stacksDir === undefined ? {} : { stacksDir }),
    ...(metricsListen === undefined ? {} : { metricsListen }),
    ...diskPressureOf(file),
  };
}

/** As kubelet's, where one of the two is not said. */
const usualPressure = { high: 85, low: 80 };

/** @throws TsorchError `node.bad-config` */
function diskPressureOf({ images }: NodeConfigFile): Pick<NodeConfig, 'diskPressure'> {
  if (images?.pressure === undefined) return {};
  const diskPressure = { ...usualPressure, ...images.pressure };
  const { high, low } = diskPressure;
  if (low <= high) return { diskPressure };
  throw new TsorchError<ErrorCode>(
    'node.bad-config',
    `images.pressure: low (${low}) is above high (${high})`,
    {
      object: 'images.pressure',
      hint: 'unused images go when `high` percent of the disk are used, until `low` percent are',
    },
  );
}

function configuredRuntimes(file: NodeConfigFile): Record<string, RuntimeConfig> {
  const entries = Object.entries(file.runtimes ?? {});
  return Object.fromEntries(entries.map(([name, { path, args }]) => [name, { path, args: args ?? [] }]));
}

const programDirs = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

function installedRuntimes(): Record<string, RuntimeConfig> {
  const found: Record<string, RuntimeConfig> = {};
  for (const name of ['runc', 'crun']) {
    const path = programDirs.map((dir) => join(dir, name)).find((candidate) => existsSync(candidate));
    if (path !== undefined) found[name] = { path, args: [] };
  }
  return found;
}

/** In either spelling, as curl and others read them. */
function proxyOf(environment: NodeConfigSources['environment'], { proxy = {} }: NodeConfigFile): ProxyConfig {
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const http = variable('HTTP_PROXY') ?? proxy.http;
  const https = variable('HTTPS_PROXY') ?? proxy.https;
  const exclude = variable('NO_PROXY')?.split(',') ?? proxy.exclude;
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    ...(exclude === undefined ? {} : { exclude }),
  };
}

function credentialFiles(environment: NodeConfigSources['environment']): readonly string[] {
  const docker = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? '/root', '.docker');
  const containers = environment['REGISTRY_AUTH_FILE'];
  return [join(docker, 'config.json'), ...(containers === undefined ? [] : [containers])];
}
